package finspace

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
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
	s := &environmentState{EnvironmentID: created.EnvironmentID}
	return follow.Begin(c.api, &opCreateKxEnvironment, s, c.environmentCreation), nil
}

// ResumeCreateKxEnvironment returns the waiter whose token is given.
func (c *Client) ResumeCreateKxEnvironment(token string) (*cloud.Waiter[GetKxEnvironmentResponse], error) {
	return follow.Resume(c.api, &opCreateKxEnvironment, token, c.environmentCreation)
}

// BeginUpdateKxEnvironmentNetwork starts the connection of an environment to a transit gateway, custom
// DNS servers or both and returns a waiter for it. The wait ends well only when the environment is
// CREATED again, was updated later than before the call, and tells that each part that r asks for was
// updated. It fails when the environment or one of these parts tells of a failure, with what the error
// message says; a state from before the update does not count. It reads the environment once before the
// update, to know that state.
func (c *Client) BeginUpdateKxEnvironmentNetwork(ctx context.Context, r UpdateKxEnvironmentNetworkRequest) (*cloud.Waiter[GetKxEnvironmentResponse], error) {
	if err := c.api.Prepare(&opUpdateKxEnvironmentNetwork, &r); err != nil {
		return nil, err
	}
	s := &environmentState{
		EnvironmentID: r.EnvironmentID, TransitGateway: r.TransitGatewayConfiguration != nil, DNS: len(r.CustomDNSConfiguration) > 0,
	}
	before, err := c.GetKxEnvironment(ctx, s.request())
	if err != nil {
		return nil, err
	}
	s.Before = sightOfKxEnvironment(before)
	if _, err := c.UpdateKxEnvironmentNetwork(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opUpdateKxEnvironmentNetwork, s, c.networkUpdate), nil
}

// ResumeUpdateKxEnvironmentNetwork returns the waiter whose token is given.
func (c *Client) ResumeUpdateKxEnvironmentNetwork(token string) (*cloud.Waiter[GetKxEnvironmentResponse], error) {
	return follow.Resume(c.api, &opUpdateKxEnvironmentNetwork, token, c.networkUpdate)
}

// BeginDeleteKxEnvironment starts the deletion of an environment and returns a waiter for it. The wait
// ends well when the environment is not found any more or is shown as DELETED; Wait then returns nil or
// what the service shows. It fails when this deletion failed for good, with what the error message
// says; while the service tries again it goes on, and the failure of an earlier deletion does not
// count. It reads the environment once before the deletion, to tell these apart.
func (c *Client) BeginDeleteKxEnvironment(ctx context.Context, r DeleteKxEnvironmentRequest) (*cloud.Waiter[GetKxEnvironmentResponse], error) {
	if err := c.api.Prepare(&opDeleteKxEnvironment, &r); err != nil {
		return nil, err
	}
	s := &environmentState{EnvironmentID: r.EnvironmentID}
	before, err := c.GetKxEnvironment(ctx, s.request())
	if err != nil {
		return nil, err
	}
	s.Before = sightOfKxEnvironment(before)
	if _, err := c.DeleteKxEnvironment(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opDeleteKxEnvironment, s, c.environmentDeletion), nil
}

// ResumeDeleteKxEnvironment returns the waiter whose token is given.
func (c *Client) ResumeDeleteKxEnvironment(token string) (*cloud.Waiter[GetKxEnvironmentResponse], error) {
	return follow.Resume(c.api, &opDeleteKxEnvironment, token, c.environmentDeletion)
}

// UntilKxEnvironmentCreated waits until an environment is CREATED, whoever made it so. It fails when
// the creation or a network update failed, and when the environment is suspended or being deleted.
func (c *Client) UntilKxEnvironmentCreated(r GetKxEnvironmentRequest) *cloud.Waiter[GetKxEnvironmentResponse] {
	return follow.Until(c.api, "UntilKxEnvironmentCreated", c.environmentCreation(&environmentState{EnvironmentID: r.EnvironmentID}))
}

// UntilKxEnvironmentNetworkUpdated waits until an environment is CREATED and has a transit gateway,
// custom DNS servers or both, with neither still under way, whoever set them up. It fails when the
// environment or one of the two tells of a failure. An environment whose network was never configured
// is waited for. The state may be from before another update;
// [Client.BeginUpdateKxEnvironmentNetwork] waits for the update itself.
func (c *Client) UntilKxEnvironmentNetworkUpdated(r GetKxEnvironmentRequest) *cloud.Waiter[GetKxEnvironmentResponse] {
	w := c.environmentWait(r)
	w.Judge = judgeKxEnvironmentNetwork
	w.AppearWithin = follow.AppearsWithin
	return follow.Until(c.api, "UntilKxEnvironmentNetworkUpdated", w)
}

// UntilKxEnvironmentDeleted waits until an environment is not found or shown as DELETED, whoever
// deletes it. It fails when a deletion has failed for good.
func (c *Client) UntilKxEnvironmentDeleted(r GetKxEnvironmentRequest) *cloud.Waiter[GetKxEnvironmentResponse] {
	return follow.Until(c.api, "UntilKxEnvironmentDeleted", c.environmentDeletion(&environmentState{EnvironmentID: r.EnvironmentID}))
}

// environmentState is what has to be known to recognise the end of a change of an environment, whose
// id is never given to another.
type environmentState struct {
	EnvironmentID string `json:"environmentId"`
	Before        sight  `json:"before,omitzero"`

	TransitGateway bool `json:"transitGateway,omitzero"` // whether a network update asks for one
	DNS            bool `json:"dns,omitzero"`
}

func (s *environmentState) request() GetKxEnvironmentRequest {
	return GetKxEnvironmentRequest{EnvironmentID: s.EnvironmentID}
}

func (c *Client) environmentCreation(s *environmentState) cloud.Wait[GetKxEnvironmentResponse] {
	w := c.environmentWait(s.request())
	w.Judge = judgeKxEnvironment
	w.AppearWithin = follow.AppearsWithin
	return w
}

func (c *Client) networkUpdate(s *environmentState) cloud.Wait[GetKxEnvironmentResponse] {
	w := c.environmentWait(s.request())
	w.Judge = s.judgeNetwork
	return w
}

func (c *Client) environmentDeletion(s *environmentState) cloud.Wait[GetKxEnvironmentResponse] {
	w := c.environmentWait(s.request())
	w.Judge = func(e *GetKxEnvironmentResponse) cloud.Judgement {
		return s.Before.deletion(judgeKxEnvironmentDeletion(e), sightOfKxEnvironment(e))
	}
	w.GoneIsSuccess = true
	return w
}

func (c *Client) environmentWait(r GetKxEnvironmentRequest) cloud.Wait[GetKxEnvironmentResponse] {
	return cloud.Wait[GetKxEnvironmentResponse]{
		Service: service,
		Read:    func(ctx context.Context) (*GetKxEnvironmentResponse, error) { return c.GetKxEnvironment(ctx, r) },
	}
}

func sightOfKxEnvironment(e *GetKxEnvironmentResponse) sight {
	return sight{string(e.Status), e.CreationTimestamp, e.UpdateTimestamp}
}

func judgeKxEnvironment(e *GetKxEnvironmentResponse) cloud.Judgement {
	j := cloud.Judgement{State: string(e.Status), Reason: e.ErrorMessage}
	switch e.Status {
	case EnvironmentStatusCreated:
		j.Outcome = cloud.Succeeded
	case EnvironmentStatusFailedCreation, EnvironmentStatusFailedUpdatingNetwork, EnvironmentStatusSuspended,
		EnvironmentStatusDeleteRequested, EnvironmentStatusDeleting, EnvironmentStatusRetryDeletion,
		EnvironmentStatusDeleted, EnvironmentStatusFailedDeletion:
		j.Outcome = cloud.Failed
	}
	return j
}

func judgeKxEnvironmentDeletion(e *GetKxEnvironmentResponse) cloud.Judgement {
	j := cloud.Judgement{State: string(e.Status), Reason: e.ErrorMessage}
	switch e.Status {
	case EnvironmentStatusDeleted:
		j.Outcome = cloud.Succeeded
	case EnvironmentStatusFailedDeletion:
		j.Outcome = cloud.Failed
	}
	return j
}

// judgeNetwork looks at the parts that were asked for. Another part may have failed before.
func (s *environmentState) judgeNetwork(e *GetKxEnvironmentResponse) cloud.Judgement {
	j := judgeKxEnvironment(e)
	if s.TransitGateway {
		j = judgeNetworkPart(j, "tgwStatus", string(e.TGWStatus))
	}
	if s.DNS {
		j = judgeNetworkPart(j, "dnsStatus", string(e.DNSStatus))
	}
	return s.Before.update(j, sightOfKxEnvironment(e))
}

// judgeKxEnvironmentNetwork looks at the parts that somebody has asked for.
func judgeKxEnvironmentNetwork(e *GetKxEnvironmentResponse) cloud.Judgement {
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
func judgeNetworkPart(j cloud.Judgement, name, status string) cloud.Judgement {
	if j.Outcome != cloud.Succeeded {
		return j
	}
	switch status {
	case string(TGWStatusSuccessfullyUpdated):
		return j
	case string(TGWStatusFailedUpdate):
		j.Outcome = cloud.Failed
	default:
		j.Outcome = cloud.Pending
	}
	j.State = name + " " + status
	return j
}
