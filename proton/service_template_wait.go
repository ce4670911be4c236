package proton

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var createServiceTemplateVersion = change[
	CreateServiceTemplateVersionRequest, CreateServiceTemplateVersionResponse, versionChange, GetServiceTemplateVersionResponse,
]{
	TokenLife: tokenLife,
	State: func(r *CreateServiceTemplateVersionRequest) *versionChange {
		return &versionChange{TemplateName: r.TemplateName}
	},
	Accepted: func(s *versionChange, _ *CreateServiceTemplateVersionRequest, out *CreateServiceTemplateVersionResponse, _ time.Time) error {
		v := &out.ServiceTemplateVersion
		return s.recordVersion("serviceTemplateVersion", v.MajorVersion, v.MinorVersion, v.CreatedAt)
	},
	Began: func(
		c *Client, ctx context.Context, s *versionChange, r *CreateServiceTemplateVersionRequest, prepared time.Time,
	) (cloud.StartStatus, error) {
		s.TemplateName = r.TemplateName
		items := c.AllServiceTemplateVersions(ctx, ListServiceTemplateVersionsRequest{
			TemplateName: r.TemplateName, MajorVersion: r.MajorVersion, MaxResults: pageSize,
		})
		return findVersion(s, items, func(v *ServiceTemplateVersionSummary) listedVersion {
			return listedVersion{v.MajorVersion, v.MinorVersion, v.Description, v.CreatedAt}
		}, listedVersion{r.MajorVersion, "", value(r.Description), prepared})
	},
	Spec: func(c *Client, s *versionChange) cloud.WaitSpec[GetServiceTemplateVersionResponse] {
		r := GetServiceTemplateVersionRequest{TemplateName: s.TemplateName, MajorVersion: s.MajorVersion, MinorVersion: s.MinorVersion}
		return creationSpec(c.serviceVersionSpec(r, s.judge))
	},
}

// UntilServiceTemplateVersionRegistered waits until a version of a service template is DRAFT or PUBLISHED. It fails
// when the registration failed.
func (c *Client) UntilServiceTemplateVersionRegistered(
	r GetServiceTemplateVersionRequest,
) *cloud.Waiter[GetServiceTemplateVersionResponse] {
	return wait.Until(c.api, "UntilServiceTemplateVersionRegistered", creationSpec(c.serviceVersionSpec(r, judgeRegistered)))
}

// UntilServiceTemplateVersionDeleted waits until a version of a service template is no longer found. No status says
// that a deletion failed, so after a failure the wait ends only at its maximum time.
func (c *Client) UntilServiceTemplateVersionDeleted(r GetServiceTemplateVersionRequest) *cloud.Waiter[GetServiceTemplateVersionResponse] {
	return wait.Until(c.api, "UntilServiceTemplateVersionDeleted", deletionSpec(c.serviceVersionSpec(r, judgeVersionDeleted)))
}

func (c *Client) serviceVersionSpec(
	r GetServiceTemplateVersionRequest, judge func(versionSnapshot) cloud.Verdict,
) cloud.WaitSpec[GetServiceTemplateVersionResponse] {
	return versionSpec(c.GetServiceTemplateVersion, r, func(out *GetServiceTemplateVersionResponse) cloud.Verdict {
		v := &out.ServiceTemplateVersion
		return judge(versionSnapshot{v.CreatedAt, v.Status, v.StatusMessage})
	})
}
