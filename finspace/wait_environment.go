package finspace

import (
	"cmp"
	"context"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateKxEnvironment starts the creation of a kdb environment and returns a waiter for it. The
// wait ends well when the environment of the new id is CREATED; no older one can be mistaken for it. It
// fails when the creation failed, with what the error message says, and when the environment is
// suspended or being deleted.
func (c *Client) BeginCreateKxEnvironment(ctx context.Context, r CreateKxEnvironmentRequest) (*cloud.Waiter[GetKxEnvironmentResponse], error) {
	created, err := c.CreateKxEnvironment(ctx, r)
	if err != nil {
		return nil, err
	}
	if created.EnvironmentID == "" {
		return nil, wait.Unnamed(service, &opCreateKxEnvironment, "environmentId")
	}
	s := &environmentState{EnvironmentID: created.EnvironmentID}
	return wait.Begin(c.api, &opCreateKxEnvironment, s, c.environmentCreation), nil
}

// ResumeCreateKxEnvironment returns the waiter whose token is given.
func (c *Client) ResumeCreateKxEnvironment(token string) (*cloud.Waiter[GetKxEnvironmentResponse], error) {
	return wait.Resume(c.api, &opCreateKxEnvironment, token, c.environmentCreation)
}

// BeginUpdateKxEnvironmentNetwork starts the connection of an environment to a transit gateway, custom
// DNS servers or both and returns a waiter for it. The wait ends well only when the environment is CREATED
// and says that each part that r asks for was updated, and the time of its last update, these parts, or an
// UPDATING that was seen on the way show that this is not the state before the update. It fails when the
// environment or one of these parts tells of a failure, with what the error message says, when the update
// was under way and the environment is as before again, and as superseded when it has another transit
// gateway. It reads the environment once before the update, to know that state.
func (c *Client) BeginUpdateKxEnvironmentNetwork(ctx context.Context, r UpdateKxEnvironmentNetworkRequest) (*cloud.Waiter[GetKxEnvironmentResponse], error) {
	if err := c.api.Prepare(&opUpdateKxEnvironmentNetwork, &r); err != nil {
		return nil, err
	}
	u := &networkUpdate{
		Environment: environmentState{EnvironmentID: r.EnvironmentID},
		Gateway:     gatewayOf(r.TransitGatewayConfiguration), DNS: len(r.CustomDNSConfiguration) > 0,
	}
	before, err := c.GetKxEnvironment(ctx, u.Environment.request())
	if err != nil {
		return nil, err
	}
	u.Environment.Record.Before = u.sight(before)
	u.GatewayBefore, u.TGWBefore, u.DNSBefore = gatewayOf(before.TransitGatewayConfiguration), before.TGWStatus, before.DNSStatus
	_, err = c.UpdateKxEnvironmentNetwork(ctx, r)
	if err := u.Environment.Record.accepted(err); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateKxEnvironmentNetwork, u, c.networkUpdate), nil
}

// ResumeUpdateKxEnvironmentNetwork returns the waiter whose token is given.
func (c *Client) ResumeUpdateKxEnvironmentNetwork(token string) (*cloud.Waiter[GetKxEnvironmentResponse], error) {
	return wait.Resume(c.api, &opUpdateKxEnvironmentNetwork, token, c.networkUpdate)
}

// BeginDeleteKxEnvironment starts the deletion of an environment and returns a waiter for it. The wait
// ends well when the environment is not found any more or is shown as DELETED; Wait then returns nil or
// what the service shows. It fails when this deletion failed for good, with what the error message says, and
// when the environment was being deleted and is CREATED again; while the service tries again the wait goes
// on, and the failure of an earlier deletion does not count. It reads the environment once before the
// deletion, to tell these apart, and sends nothing if the environment is shown as DELETED then.
func (c *Client) BeginDeleteKxEnvironment(ctx context.Context, r DeleteKxEnvironmentRequest) (*cloud.Waiter[GetKxEnvironmentResponse], error) {
	if err := c.api.Prepare(&opDeleteKxEnvironment, &r); err != nil {
		return nil, err
	}
	s := &environmentState{EnvironmentID: r.EnvironmentID}
	look := func() (sight, error) {
		before, err := c.GetKxEnvironment(ctx, s.request())
		if err != nil {
			return sight{}, err
		}
		return sightOfKxEnvironment(before), nil
	}
	send := func() error {
		_, err := c.DeleteKxEnvironment(ctx, r)
		return err
	}
	// An environment that is deleted already is refused as invalid.
	if err := s.Record.delete(look, send, cloud.ErrInvalid); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opDeleteKxEnvironment, s, c.environmentDeletion), nil
}

// ResumeDeleteKxEnvironment returns the waiter whose token is given.
func (c *Client) ResumeDeleteKxEnvironment(token string) (*cloud.Waiter[GetKxEnvironmentResponse], error) {
	return wait.Resume(c.api, &opDeleteKxEnvironment, token, c.environmentDeletion)
}

// UntilKxEnvironmentCreated waits until an environment is CREATED, whoever made it so. It fails when
// the creation or a network update failed, and when the environment is suspended or being deleted.
func (c *Client) UntilKxEnvironmentCreated(r GetKxEnvironmentRequest) *cloud.Waiter[GetKxEnvironmentResponse] {
	return wait.Until(c.api, "UntilKxEnvironmentCreated", c.environmentCreation(&environmentState{EnvironmentID: r.EnvironmentID}))
}

// UntilKxEnvironmentNetworkUpdated waits until an environment is CREATED and has a transit gateway,
// custom DNS servers or both, with neither still under way, whoever set them up. It fails when the
// environment or one of the two tells of a failure. An environment whose network was never configured
// is waited for. The state may be from before another update;
// [Client.BeginUpdateKxEnvironmentNetwork] waits for the update itself.
func (c *Client) UntilKxEnvironmentNetworkUpdated(r GetKxEnvironmentRequest) *cloud.Waiter[GetKxEnvironmentResponse] {
	w := c.environmentWait(r)
	w.Judge, w.Within = judgeKxEnvironmentNetwork, networkWithin
	w.AppearWithin = wait.AppearsWithin
	return wait.Until(c.api, "UntilKxEnvironmentNetworkUpdated", w)
}

// UntilKxEnvironmentDeleted waits until an environment is not found or shown as DELETED, whoever
// deletes it. It fails when a deletion has failed for good.
func (c *Client) UntilKxEnvironmentDeleted(r GetKxEnvironmentRequest) *cloud.Waiter[GetKxEnvironmentResponse] {
	return wait.Until(c.api, "UntilKxEnvironmentDeleted", c.environmentDeletion(&environmentState{EnvironmentID: r.EnvironmentID}))
}

// environmentState is what has to be known to recognize the end of a change of an environment, whose
// id is never given to another.
type environmentState struct {
	EnvironmentID string `json:"environmentId"`
	Record        record `json:"record,omitzero"`
}

// Check refuses a state that names no environment.
func (s *environmentState) Check() error { return wait.Lacks("environmentId", s.EnvironmentID) }

// networkUpdate is what has to be known to recognize the end of an update of an environment's network.
type networkUpdate struct {
	Environment environmentState `json:"environment"`

	Gateway       string    `json:"gateway,omitzero"` // the transit gateway that it asks for, if any
	GatewayBefore string    `json:"gatewayBefore,omitzero"`
	TGWBefore     TGWStatus `json:"tgwBefore,omitzero"`
	DNS           bool      `json:"dns,omitzero"` // whether it asks for DNS servers
	DNSBefore     DNSStatus `json:"dnsBefore,omitzero"`
}

// Check refuses a state that names no environment or no part of the network, or without what was there before.
func (u *networkUpdate) Check() error {
	if u.Gateway == "" && !u.DNS {
		return wait.Lacks("gateway", "")
	}
	return cmp.Or(u.Environment.Check(), wait.Lacks("before", u.Environment.Record.Before.Status))
}

func (s *environmentState) request() GetKxEnvironmentRequest {
	return GetKxEnvironmentRequest{EnvironmentID: s.EnvironmentID}
}

func (c *Client) environmentCreation(s *environmentState) cloud.WaitSpec[GetKxEnvironmentResponse] {
	w := c.environmentWait(s.request())
	w.Judge = judgeKxEnvironment
	w.AppearWithin = wait.AppearsWithin
	return w
}

func (c *Client) networkUpdate(u *networkUpdate) cloud.WaitSpec[GetKxEnvironmentResponse] {
	w := c.environmentWait(u.Environment.request())
	w.Judge, w.Within = u.judge, networkWithin
	return w
}

func (c *Client) environmentDeletion(s *environmentState) cloud.WaitSpec[GetKxEnvironmentResponse] {
	w := c.environmentWait(s.request())
	w.Judge = func(e *GetKxEnvironmentResponse) cloud.Verdict {
		return s.Record.deletion(judgeKxEnvironmentDeletion(e), sightOfKxEnvironment(e))
	}
	w.GoneIsSuccess = true
	return w
}

func (c *Client) environmentWait(r GetKxEnvironmentRequest) cloud.WaitSpec[GetKxEnvironmentResponse] {
	return cloud.WaitSpec[GetKxEnvironmentResponse]{
		Service: service,
		Within:  environmentWithin,
		Read:    func(ctx context.Context) (*GetKxEnvironmentResponse, error) { return c.GetKxEnvironment(ctx, r) },
	}
}

func sightOfKxEnvironment(e *GetKxEnvironmentResponse) sight {
	return sight{string(e.Status), e.ErrorMessage, e.CreationTimestamp, e.UpdateTimestamp}
}

func judgeKxEnvironment(e *GetKxEnvironmentResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(e.Status), Reason: e.ErrorMessage}
	switch e.Status {
	case EnvironmentStatusCreated:
		j.Outcome = cloud.Succeeded
	case EnvironmentStatusFailedCreation, EnvironmentStatusFailedUpdatingNetwork, EnvironmentStatusSuspended,
		EnvironmentStatusDeleteRequested, EnvironmentStatusDeleting, EnvironmentStatusRetryDeletion,
		EnvironmentStatusDeleted, EnvironmentStatusFailedDeletion:
		j.Outcome, j.Reason = cloud.Failed, cmp.Or(j.Reason, failedParts(e))
	}
	return j
}

// failedParts names the parts of the network that could not be updated, where there is no message.
func failedParts(e *GetKxEnvironmentResponse) string {
	var parts []string
	if e.TGWStatus == TGWStatusFailedUpdate {
		parts = append(parts, "tgwStatus "+string(e.TGWStatus))
	}
	if e.DNSStatus == DNSStatusFailedUpdate {
		parts = append(parts, "dnsStatus "+string(e.DNSStatus))
	}
	return strings.Join(parts, ", ")
}

func judgeKxEnvironmentDeletion(e *GetKxEnvironmentResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(e.Status), Reason: e.ErrorMessage}
	switch e.Status {
	case EnvironmentStatusDeleted:
		j.Outcome = cloud.Succeeded
	case EnvironmentStatusFailedDeletion:
		j.Outcome = cloud.Failed
	}
	return j
}

// judge looks at the parts that were asked for. Another part may have failed before.
func (u *networkUpdate) judge(e *GetKxEnvironmentResponse) cloud.Verdict {
	j, c := judgeKxEnvironment(e), content{met: true}
	if u.Gateway != "" {
		j = part(&c, j, "tgwStatus", string(u.TGWBefore), string(e.TGWStatus))
		if now := gatewayOf(e.TransitGatewayConfiguration); now != "" {
			compare(&c, u.Gateway, u.GatewayBefore, now, "the environment has the transit gateway "+now)
		}
	}
	if u.DNS {
		j = part(&c, j, "dnsStatus", string(u.DNSBefore), string(e.DNSStatus))
	}
	return u.Environment.Record.update(j, u.sight(e), c)
}

// part takes a part of the network into account. One that is not configured at all leaves j a good end: what
// that means for the update depends on what was seen before.
func part(c *content, j cloud.Verdict, name, before, now string) cloud.Verdict {
	if now == string(TGWStatusSuccessfullyUpdated) {
		c.changed = c.changed || now != before
		return j
	}
	none := now == string(TGWStatusNone)
	if none && !c.met {
		return j // which names the part before
	}
	c.met = false
	ended := j.Outcome
	j = judgeNetworkPart(j, name, now)
	if none {
		j.Outcome = ended
	}
	return j
}

// sight is working while a part that was asked for is.
func (u *networkUpdate) sight(e *GetKxEnvironmentResponse) sight {
	s := sightOfKxEnvironment(e)
	gateway := e.TGWStatus == TGWStatusUpdateRequested || e.TGWStatus == TGWStatusUpdating
	dns := e.DNSStatus == DNSStatusUpdateRequested || e.DNSStatus == DNSStatusUpdating
	if e.Status == EnvironmentStatusCreated && (u.Gateway != "" && gateway || u.DNS && dns) {
		s.Status = string(EnvironmentStatusUpdatingNetwork)
	}
	return s
}

// gatewayOf names a transit gateway that may not be given.
func gatewayOf(t *TransitGatewayConfiguration) string {
	if t == nil {
		return ""
	}
	return t.TransitGatewayID
}

// judgeKxEnvironmentNetwork looks at the parts that somebody has asked for.
func judgeKxEnvironmentNetwork(e *GetKxEnvironmentResponse) cloud.Verdict {
	j := judgeKxEnvironment(e)
	hasGateway := e.TGWStatus != "" && e.TGWStatus != TGWStatusNone
	hasDNS := e.DNSStatus != "" && e.DNSStatus != DNSStatusNone
	if hasGateway || !hasDNS {
		j = judgeNetworkPart(j, "tgwStatus", string(e.TGWStatus))
	}
	if hasDNS {
		j = judgeNetworkPart(j, "dnsStatus", string(e.DNSStatus))
	}
	return j
}

// judgeNetworkPart lets a part of the network take back the good end of j. The two parts have the same
// statuses.
func judgeNetworkPart(j cloud.Verdict, name, status string) cloud.Verdict {
	if j.Outcome != cloud.Succeeded {
		return j
	}
	switch status {
	case string(TGWStatusSuccessfullyUpdated):
		return j
	case string(TGWStatusFailedUpdate):
		j.Outcome, j.Reason = cloud.Failed, cmp.Or(j.Reason, name+" "+status)
	default:
		j.Outcome = cloud.Pending
	}
	j.State = name + " " + status
	return j
}
