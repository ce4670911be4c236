package proton

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateEnvironmentTemplateVersion starts the registration of a version of an environment template
// and returns a waiter for it. The wait ends well when the version is a draft, or published; it fails
// with the service's message when the registration failed. An older version of that number does not
// count; the two are told apart by when they were created.
func (c *Client) BeginCreateEnvironmentTemplateVersion(ctx context.Context, r CreateEnvironmentTemplateVersionRequest) (*cloud.Waiter[GetEnvironmentTemplateVersionResponse], error) {
	out, err := c.CreateEnvironmentTemplateVersion(ctx, r)
	if err != nil {
		return nil, err
	}
	v := out.EnvironmentTemplateVersion
	s, err := versionOf(&opCreateEnvironmentTemplateVersion, r.TemplateName, v.MajorVersion, v.MinorVersion, v.CreatedAt)
	if err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateEnvironmentTemplateVersion, s, c.environmentVersionCreation), nil
}

// ResumeCreateEnvironmentTemplateVersion returns the waiter whose token is given.
func (c *Client) ResumeCreateEnvironmentTemplateVersion(token string) (*cloud.Waiter[GetEnvironmentTemplateVersionResponse], error) {
	return wait.Resume(c.api, &opCreateEnvironmentTemplateVersion, token, c.environmentVersionCreation)
}

// BeginCreateServiceTemplateVersion starts the registration of a version of a service template and
// returns a waiter for it. The wait ends well when the version is a draft, or published; it fails with
// the service's message when the registration failed. An older version of that number does not count;
// the two are told apart by when they were created.
func (c *Client) BeginCreateServiceTemplateVersion(ctx context.Context, r CreateServiceTemplateVersionRequest) (*cloud.Waiter[GetServiceTemplateVersionResponse], error) {
	out, err := c.CreateServiceTemplateVersion(ctx, r)
	if err != nil {
		return nil, err
	}
	v := out.ServiceTemplateVersion
	s, err := versionOf(&opCreateServiceTemplateVersion, r.TemplateName, v.MajorVersion, v.MinorVersion, v.CreatedAt)
	if err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateServiceTemplateVersion, s, c.serviceVersionCreation), nil
}

// ResumeCreateServiceTemplateVersion returns the waiter whose token is given.
func (c *Client) ResumeCreateServiceTemplateVersion(token string) (*cloud.Waiter[GetServiceTemplateVersionResponse], error) {
	return wait.Resume(c.api, &opCreateServiceTemplateVersion, token, c.serviceVersionCreation)
}

// UntilEnvironmentTemplateVersionRegistered waits until a version of an environment template is a draft,
// or published, whoever registered it. It fails when the registration failed.
func (c *Client) UntilEnvironmentTemplateVersionRegistered(r GetEnvironmentTemplateVersionRequest) *cloud.Waiter[GetEnvironmentTemplateVersionResponse] {
	return wait.Until(c.api, "UntilEnvironmentTemplateVersionRegistered", created(c.environmentVersionWait(r, judgeRegistered)))
}

// UntilServiceTemplateVersionRegistered waits until a version of a service template is a draft, or
// published, whoever registered it. It fails when the registration failed.
func (c *Client) UntilServiceTemplateVersionRegistered(r GetServiceTemplateVersionRequest) *cloud.Waiter[GetServiceTemplateVersionResponse] {
	return wait.Until(c.api, "UntilServiceTemplateVersionRegistered", created(c.serviceVersionWait(r, judgeRegistered)))
}

// UntilEnvironmentTemplateVersionDeleted waits until a version of an environment template is not found
// any more, whoever deletes it. There is no state that says that a deletion failed, so the wait may only
// end with its longest time.
func (c *Client) UntilEnvironmentTemplateVersionDeleted(r GetEnvironmentTemplateVersionRequest) *cloud.Waiter[GetEnvironmentTemplateVersionResponse] {
	return wait.Until(c.api, "UntilEnvironmentTemplateVersionDeleted", deleted(c.environmentVersionWait(r, judgeVersionDeleted)))
}

// UntilServiceTemplateVersionDeleted waits until a version of a service template is not found any more,
// whoever deletes it. There is no state that says that a deletion failed, so the wait may only end with
// its longest time.
func (c *Client) UntilServiceTemplateVersionDeleted(r GetServiceTemplateVersionRequest) *cloud.Waiter[GetServiceTemplateVersionResponse] {
	return wait.Until(c.api, "UntilServiceTemplateVersionDeleted", deleted(c.serviceVersionWait(r, judgeVersionDeleted)))
}

// versionState names a version of an environment or service template.
type versionState struct {
	TemplateName string    `json:"templateName"`
	MajorVersion string    `json:"majorVersion"`
	MinorVersion string    `json:"minorVersion"`
	CreatedAt    time.Time `json:"createdAt,omitzero"` // of this very version, whose number may be used again
}

// versionOf is the state of a registration. The response says which version it is of.
func versionOf(op *transport.Operation, template, major, minor string, createdAt time.Time) (*versionState, error) {
	switch "" {
	case major:
		return nil, wait.Unnamed(service, op, "majorVersion")
	case minor:
		return nil, wait.Unnamed(service, op, "minorVersion")
	}
	return &versionState{template, major, minor, createdAt}, nil
}

// Check refuses a state that names no version.
func (s *versionState) Check() error {
	return wait.Lacks("templateName", s.TemplateName, "majorVersion", s.MajorVersion, "minorVersion", s.MinorVersion)
}

// registration is what a version of either kind of template says.
type registration struct {
	createdAt time.Time
	status    TemplateVersionStatus
	message   string
}

func (c *Client) environmentVersionCreation(s *versionState) cloud.WaitSpec[GetEnvironmentTemplateVersionResponse] {
	r := GetEnvironmentTemplateVersionRequest{TemplateName: s.TemplateName, MajorVersion: s.MajorVersion, MinorVersion: s.MinorVersion}
	return created(c.environmentVersionWait(r, s.judge))
}

func (c *Client) environmentVersionWait(r GetEnvironmentTemplateVersionRequest, judge func(registration) cloud.Verdict) cloud.WaitSpec[GetEnvironmentTemplateVersionResponse] {
	return cloud.WaitSpec[GetEnvironmentTemplateVersionResponse]{
		Service: service,
		Within:  templateWithin,
		Read: func(ctx context.Context) (*GetEnvironmentTemplateVersionResponse, error) {
			return c.GetEnvironmentTemplateVersion(ctx, r)
		},
		Judge: func(out *GetEnvironmentTemplateVersionResponse) cloud.Verdict {
			v := &out.EnvironmentTemplateVersion
			return judge(registration{v.CreatedAt, v.Status, v.StatusMessage})
		},
		MinInterval: wait.QuickInterval,
	}
}

func (c *Client) serviceVersionCreation(s *versionState) cloud.WaitSpec[GetServiceTemplateVersionResponse] {
	r := GetServiceTemplateVersionRequest{TemplateName: s.TemplateName, MajorVersion: s.MajorVersion, MinorVersion: s.MinorVersion}
	return created(c.serviceVersionWait(r, s.judge))
}

func (c *Client) serviceVersionWait(r GetServiceTemplateVersionRequest, judge func(registration) cloud.Verdict) cloud.WaitSpec[GetServiceTemplateVersionResponse] {
	return cloud.WaitSpec[GetServiceTemplateVersionResponse]{
		Service: service,
		Within:  templateWithin,
		Read: func(ctx context.Context) (*GetServiceTemplateVersionResponse, error) {
			return c.GetServiceTemplateVersion(ctx, r)
		},
		Judge: func(out *GetServiceTemplateVersionResponse) cloud.Verdict {
			v := &out.ServiceTemplateVersion
			return judge(registration{v.CreatedAt, v.Status, v.StatusMessage})
		},
		MinInterval: wait.QuickInterval,
	}
}

func (s *versionState) judge(r registration) cloud.Verdict {
	j := judgeRegistered(r)
	if age := wait.Age(r.createdAt, s.CreatedAt); age != 0 {
		return replaced(j, age, "number")
	}
	return j
}

func judgeRegistered(r registration) cloud.Verdict {
	j := cloud.Verdict{State: string(r.status), Reason: r.message}
	switch r.status {
	case TemplateVersionStatusDraft, TemplateVersionStatusPublished:
		j.Outcome = cloud.Succeeded
	case TemplateVersionStatusRegistrationFailed:
		j.Outcome = cloud.Failed
	}
	return j
}

// judgeVersionDeleted is pending for every status, because none says that a version goes away.
func judgeVersionDeleted(r registration) cloud.Verdict {
	return cloud.Verdict{State: string(r.status), Reason: r.message}
}
