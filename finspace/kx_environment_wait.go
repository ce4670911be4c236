package finspace

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the statuses of an environment mean for its creation and network updates, and for its deletion.
var (
	environmentLive = wait.Statuses[EnvironmentStatus]{
		Succeeded: []EnvironmentStatus{EnvironmentStatusCreated},
		Failed: []EnvironmentStatus{
			EnvironmentStatusFailedCreation, EnvironmentStatusFailedUpdatingNetwork, EnvironmentStatusSuspended,
			EnvironmentStatusDeleteRequested, EnvironmentStatusDeleting, EnvironmentStatusRetryDeletion,
			EnvironmentStatusDeleted, EnvironmentStatusFailedDeletion,
		},
	}
	environmentDeleted = wait.Statuses[EnvironmentStatus]{
		Succeeded: []EnvironmentStatus{EnvironmentStatusDeleted},
		Failed:    []EnvironmentStatus{EnvironmentStatusFailedDeletion},
	}
)

// What the statuses of a part of an environment's network mean for its update. Those of DNS are the same as those of
// the transit gateway.
var networkPartUpdated = wait.Statuses[TGWStatus]{
	Succeeded: []TGWStatus{TGWStatusSuccessfullyUpdated},
	Failed:    []TGWStatus{TGWStatusFailedUpdate},
}

var environments = resource[environmentChange, GetKxEnvironmentResponse]{
	within: environmentWithin,
	read: func(c *Client, ctx context.Context, s *environmentChange) (*GetKxEnvironmentResponse, error) {
		return c.GetKxEnvironment(ctx, GetKxEnvironmentRequest{EnvironmentID: s.EnvironmentID})
	},
	recordOf: func(s *environmentChange) *record { return &s.Record },
	observe:  environmentSnapshot,
	live:     judgeEnvironment,
	deleted: func(now *GetKxEnvironmentResponse) cloud.Verdict {
		return environmentDeleted.Verdict(now.Status, now.ErrorMessage)
	},
	share: sharingEnvironments,
}

func sharingEnvironments(
	c *Client, s *environmentChange, w cloud.WaitSpec[GetKxEnvironmentResponse],
) cloud.WaitSpec[GetKxEnvironmentResponse] {
	l := wait.List[KxEnvironment, GetKxEnvironmentResponse]{
		Op:  &opListKxEnvironments,
		IDs: []string{s.EnvironmentID},
		Items: func(ctx context.Context, _ []string) iter.Seq2[KxEnvironment, error] {
			return c.AllKxEnvironments(ctx, ListKxEnvironmentsRequest{MaxResults: pageSize})
		},
		ID: func(item *KxEnvironment) string { return item.EnvironmentID },
	}
	return sharing(c, w, l, wait.Widened[GetKxEnvironmentResponse, KxEnvironment])
}

var createKxEnvironment = change[CreateKxEnvironmentRequest, CreateKxEnvironmentResponse, environmentChange, GetKxEnvironmentResponse]{
	TokenLife: tokenLife,
	State:     func(*CreateKxEnvironmentRequest) *environmentChange { return &environmentChange{} },
	Accepted: func(s *environmentChange, _ *CreateKxEnvironmentRequest, out *CreateKxEnvironmentResponse, _ time.Time) error {
		if out.EnvironmentID == "" {
			return wait.NoMember("", "environmentId")
		}
		s.EnvironmentID = out.EnvironmentID
		return nil
	},
	Began: func(
		c *Client, ctx context.Context, s *environmentChange, r *CreateKxEnvironmentRequest, prepared time.Time,
	) (cloud.StartStatus, error) {
		found, status, err := c.findEnvironment(ctx, r, prepared)
		if status == cloud.Begun {
			s.EnvironmentID = found.EnvironmentID
		}
		return status, err
	},
	Spec: func(c *Client, s *environmentChange) cloud.WaitSpec[GetKxEnvironmentResponse] {
		return environments.creation(c, s)
	},
	Undo: func(c *Client, ctx context.Context, s *environmentChange) (cloud.AnyChange, error) {
		return wait.AnyChange(c.PrepareDeleteKxEnvironment(ctx, DeleteKxEnvironmentRequest{EnvironmentID: s.EnvironmentID}))
	},
}

// findEnvironment searches for the environment that a request has created which was prepared at a time.
func (c *Client) findEnvironment(
	ctx context.Context, r *CreateKxEnvironmentRequest, prepared time.Time,
) (*KxEnvironment, cloud.StartStatus, error) {
	return wait.Creations[KxEnvironment]{
		Items:     c.AllKxEnvironments(ctx, ListKxEnvironmentsRequest{MaxResults: pageSize}),
		PageSize:  pageSize,
		ID:        func(e *KxEnvironment) string { return e.EnvironmentID },
		CreatedAt: func(e *KxEnvironment) time.Time { return e.CreationTimestamp },
		Matches: func(e *KxEnvironment) bool {
			return !e.CreationTimestamp.After(prepared.Add(sentWithin)) && !wait.Contradicts(wait.ShownAs[KxEnvironment](r), e)
		},
	}.Since(prepared)
}

var updateKxEnvironmentNetwork = change[
	UpdateKxEnvironmentNetworkRequest, UpdateKxEnvironmentNetworkResponse, networkChange, GetKxEnvironmentResponse,
]{
	TokenLife: tokenLife,
	State: func(r *UpdateKxEnvironmentNetworkRequest) *networkChange {
		return &networkChange{
			Environment: environmentChange{EnvironmentID: r.EnvironmentID},
			Gateway:     gatewayOf(r.TransitGatewayConfiguration), DNS: len(r.CustomDNSConfiguration) > 0,
		}
	},
	Before: func(c *Client, ctx context.Context, s *networkChange) error {
		before, err := environments.load(c, ctx, &s.Environment)
		if err != nil {
			return err
		}
		s.Environment.Record.Before = s.observe(before)
		s.keep(before)
		return nil
	},
	Repeated: func(s *networkChange, r *UpdateKxEnvironmentNetworkRequest) {
		s.Environment.Record.Repeat = repeat{Own: true, Met: s.meets(r)}
	},
	Accepted: func(s *networkChange, _ *UpdateKxEnvironmentNetworkRequest, _ *UpdateKxEnvironmentNetworkResponse, sent time.Time) error {
		s.Environment.Record.accepted(sent)
		return nil
	},
	Refused: func(_ *Client, _ context.Context, s *networkChange, _ time.Time, err error) error {
		return s.Environment.Record.refused(err)
	},
	Began: func(
		c *Client, ctx context.Context, s *networkChange, r *UpdateKxEnvironmentNetworkRequest, _ time.Time,
	) (cloud.StartStatus, error) {
		now, err := environments.read(c, ctx, &s.Environment)
		if err != nil {
			return cloud.Uncertain, err
		}
		var shown networkChange
		shown.keep(now)
		return s.Environment.Record.updateBegun(s.observe(now), s.changeIn(r, shown))
	},
	Spec: func(c *Client, s *networkChange) cloud.WaitSpec[GetKxEnvironmentResponse] {
		w := environments.spec(c, &s.Environment)
		w.Judge, w.Within = s.judge, networkWithin
		s.Environment.Record.clock = c.api.Now
		return environments.share(c, &s.Environment, w)
	},
}

var deleteKxEnvironment = change[DeleteKxEnvironmentRequest, DeleteKxEnvironmentResponse, environmentChange, GetKxEnvironmentResponse]{
	TokenLife: tokenLife,
	State: func(r *DeleteKxEnvironmentRequest) *environmentChange {
		return &environmentChange{EnvironmentID: r.EnvironmentID}
	},
	Before: func(c *Client, ctx context.Context, s *environmentChange) error {
		return environments.before(c, ctx, s)
	},
	AlreadyDone: func(s *environmentChange) bool { return environments.alreadyDeleted(s) },
	Refused: func(_ *Client, _ context.Context, s *environmentChange, _ time.Time, err error) error {
		return s.Record.refusedDeletion(err, cloud.ErrInvalid) // the error for an environment that is deleted already
	},
	Began: func(
		c *Client, ctx context.Context, s *environmentChange, _ *DeleteKxEnvironmentRequest, _ time.Time,
	) (cloud.StartStatus, error) {
		return environments.deletionBegun(c, ctx, s)
	},
	Spec: func(c *Client, s *environmentChange) cloud.WaitSpec[GetKxEnvironmentResponse] {
		return environments.deletion(c, s)
	},
}

// UntilKxEnvironmentCreated waits until an environment is CREATED. It fails when the creation or a network update
// failed, and when the environment is suspended or being deleted.
func (c *Client) UntilKxEnvironmentCreated(r GetKxEnvironmentRequest) *cloud.Waiter[GetKxEnvironmentResponse] {
	return wait.Until(c.api, "UntilKxEnvironmentCreated", environments.creation(c, &environmentChange{EnvironmentID: r.EnvironmentID}))
}

// UntilKxEnvironmentNetworkUpdated waits until an environment is CREATED and has a transit gateway, custom DNS
// servers or both, with neither still under way. It fails when the environment or one of the two reports a failure.
// While the network has never been configured, it keeps waiting. The state may be from before another update;
// [Client.BeginUpdateKxEnvironmentNetwork] waits for the update itself.
func (c *Client) UntilKxEnvironmentNetworkUpdated(r GetKxEnvironmentRequest) *cloud.Waiter[GetKxEnvironmentResponse] {
	s := &environmentChange{EnvironmentID: r.EnvironmentID}
	w := environments.spec(c, s)
	w.Judge, w.Within = judgeNetwork, networkWithin
	w.AppearWithin = wait.AppearsWithin
	return wait.Until(c.api, "UntilKxEnvironmentNetworkUpdated", environments.share(c, s, w))
}

// UntilKxEnvironmentDeleted waits until an environment is not found or shown as DELETED. It fails when a deletion has
// failed for good.
func (c *Client) UntilKxEnvironmentDeleted(r GetKxEnvironmentRequest) *cloud.Waiter[GetKxEnvironmentResponse] {
	return wait.Until(c.api, "UntilKxEnvironmentDeleted", environments.deletion(c, &environmentChange{EnvironmentID: r.EnvironmentID}))
}

// environmentChange is the resume state of the creation or deletion of an environment, whose ID is never reused.
type environmentChange struct {
	EnvironmentID string `json:"environmentId"`
	Record        record `json:"record,omitzero"`
}

// Resource is what the change is about; the service names a new environment.
func (s *environmentChange) Resource() string { return s.EnvironmentID }

// Check refuses a state that names no environment.
func (s *environmentChange) Check() error { return wait.Lacks("environmentId", s.EnvironmentID) }

// networkChange is the resume state of an update of an environment's network.
type networkChange struct {
	Environment environmentChange `json:"environment"`

	Gateway       string    `json:"gateway,omitzero"` // the transit gateway that the update asks for, if any
	GatewayBefore string    `json:"gatewayBefore,omitzero"`
	TGWBefore     TGWStatus `json:"tgwBefore,omitzero"`
	DNS           bool      `json:"dns,omitzero"` // whether the update asks for DNS servers
	DNSBefore     DNSStatus `json:"dnsBefore,omitzero"`

	ServersBefore []CustomDNSServer `json:"serversBefore,omitzero"`
}

// Resource is what the change is about.
func (s *networkChange) Resource() string { return s.Environment.Resource() }

// Check refuses a state that names no environment, or without what was there before. An update may leave out both
// parts of the network.
func (s *networkChange) Check() error {
	return cmp.Or(s.Environment.Check(), wait.Lacks("before", s.Environment.Record.Before.Status))
}

// keep records what an update replaces.
func (s *networkChange) keep(before *GetKxEnvironmentResponse) {
	s.GatewayBefore, s.TGWBefore = gatewayOf(before.TransitGatewayConfiguration), before.TGWStatus
	s.ServersBefore, s.DNSBefore = before.CustomDNSConfiguration, before.DNSStatus
}

// meets reports whether what was kept is what an update asks for. How far it is shows the status.
func (s *networkChange) meets(r *UpdateKxEnvironmentNetworkRequest) bool {
	return isAsked(gatewayOf(r.TransitGatewayConfiguration), s.GatewayBefore) &&
		(len(r.CustomDNSConfiguration) == 0 || slices.Equal(r.CustomDNSConfiguration, s.ServersBefore))
}

// changeIn compares the requested parts of the network with what was there before, and their statuses.
func (s *networkChange) changeIn(r *UpdateKxEnvironmentNetworkRequest, now networkChange) content {
	var c content
	compare(&c, s.Gateway, s.GatewayBefore, now.GatewayBefore, "another transit gateway")
	c.met = now.meets(r)
	c.changed = c.changed || s.Gateway != "" && now.TGWBefore != s.TGWBefore ||
		s.DNS && (now.DNSBefore != s.DNSBefore || !slices.Equal(now.ServersBefore, s.ServersBefore))
	return c
}

// observe returns a snapshot whose status shows an update of the network while a requested part is being updated.
func (s *networkChange) observe(e *GetKxEnvironmentResponse) snapshot {
	now := environmentSnapshot(e)
	gateway := e.TGWStatus == TGWStatusUpdateRequested || e.TGWStatus == TGWStatusUpdating
	dns := e.DNSStatus == DNSStatusUpdateRequested || e.DNSStatus == DNSStatusUpdating
	if e.Status == EnvironmentStatusCreated && (s.Gateway != "" && gateway || s.DNS && dns) {
		now.Status = string(EnvironmentStatusUpdatingNetwork)
	}
	return now
}

// judge considers only the requested parts. Another part may have failed before.
func (s *networkChange) judge(e *GetKxEnvironmentResponse) cloud.Verdict {
	v, c := judgeEnvironment(e), content{met: true}
	if s.Gateway != "" {
		v = judgeRequestedPart(&c, v, "tgwStatus", s.TGWBefore, e.TGWStatus)
		if now := gatewayOf(e.TransitGatewayConfiguration); now != "" {
			compare(&c, s.Gateway, s.GatewayBefore, now, "the environment has the transit gateway "+now)
		}
	}
	if s.DNS {
		v = judgeRequestedPart(&c, v, "dnsStatus", TGWStatus(s.DNSBefore), TGWStatus(e.DNSStatus))
	}
	return s.Environment.Record.update(v, s.observe(e), c)
}

// judgeRequestedPart is judgePart for a requested part of the network, and updates c. A success stays one if the part
// is not configured at all: what that means for the update depends on what was seen before.
func judgeRequestedPart(c *content, v cloud.Verdict, name string, before, now TGWStatus) cloud.Verdict {
	if now == TGWStatusSuccessfullyUpdated {
		c.changed = c.changed || now != before
		return v
	}
	unset := now == TGWStatusNone
	if unset && !c.met {
		return v // its state is that of the first part
	}
	c.met = false
	outcome := v.Outcome
	v = judgePart(v, name, now)
	if unset {
		v.Outcome = outcome
	}
	return v
}

// judgeNetwork considers the parts of the network that are configured, or will be.
func judgeNetwork(e *GetKxEnvironmentResponse) cloud.Verdict {
	v := judgeEnvironment(e)
	hasGateway := e.TGWStatus != "" && e.TGWStatus != TGWStatusNone
	hasDNS := e.DNSStatus != "" && e.DNSStatus != DNSStatusNone
	if hasGateway || !hasDNS {
		v = judgePart(v, "tgwStatus", e.TGWStatus)
	}
	if hasDNS {
		v = judgePart(v, "dnsStatus", TGWStatus(e.DNSStatus))
	}
	return v
}

// judgePart returns v, unless v is a success and the part of the network has not been updated.
func judgePart(v cloud.Verdict, name string, status TGWStatus) cloud.Verdict {
	outcome := networkPartUpdated.Outcome(status)
	if v.Outcome != cloud.Succeeded || outcome == cloud.Succeeded {
		return v
	}
	v.State, v.Outcome = name+" "+string(status), outcome
	if outcome == cloud.Failed {
		v.Reason = cmp.Or(v.Reason, v.State)
	}
	return v
}

func judgeEnvironment(e *GetKxEnvironmentResponse) cloud.Verdict {
	v := environmentLive.Verdict(e.Status, e.ErrorMessage)
	if v.Outcome == cloud.Failed {
		v.Reason = cmp.Or(v.Reason, failedParts(e))
	}
	return v
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

func environmentSnapshot(e *GetKxEnvironmentResponse) snapshot {
	return snapshot{string(e.Status), e.ErrorMessage, e.CreationTimestamp, e.UpdateTimestamp}
}

// gatewayOf returns the ID of a transit gateway, or nothing if there is none.
func gatewayOf(t *TransitGatewayConfiguration) string {
	if t == nil {
		return ""
	}
	return t.TransitGatewayID
}
