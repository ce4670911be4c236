package proton

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var createEnvironmentTemplateVersion = change[
	CreateEnvironmentTemplateVersionRequest, CreateEnvironmentTemplateVersionResponse, versionChange, GetEnvironmentTemplateVersionResponse,
]{
	TokenLife: tokenLife,
	State: func(r *CreateEnvironmentTemplateVersionRequest) *versionChange {
		return &versionChange{TemplateName: r.TemplateName}
	},
	Accepted: func(
		s *versionChange, _ *CreateEnvironmentTemplateVersionRequest, out *CreateEnvironmentTemplateVersionResponse, _ time.Time,
	) error {
		v := &out.EnvironmentTemplateVersion
		return s.recordVersion("environmentTemplateVersion", v.MajorVersion, v.MinorVersion, v.CreatedAt)
	},
	Began: func(
		c *Client, ctx context.Context, s *versionChange, r *CreateEnvironmentTemplateVersionRequest, prepared time.Time,
	) (cloud.StartStatus, error) {
		s.TemplateName = r.TemplateName
		items := c.AllEnvironmentTemplateVersions(ctx, ListEnvironmentTemplateVersionsRequest{
			TemplateName: r.TemplateName, MajorVersion: r.MajorVersion, MaxResults: pageSize,
		})
		return findVersion(s, items, func(v *EnvironmentTemplateVersionSummary) listedVersion {
			return listedVersion{v.MajorVersion, v.MinorVersion, v.Description, v.CreatedAt}
		}, listedVersion{r.MajorVersion, "", value(r.Description), prepared})
	},
	Spec: func(c *Client, s *versionChange) cloud.WaitSpec[GetEnvironmentTemplateVersionResponse] {
		r := GetEnvironmentTemplateVersionRequest{TemplateName: s.TemplateName, MajorVersion: s.MajorVersion, MinorVersion: s.MinorVersion}
		return creationSpec(c.environmentVersionSpec(r, s.judge))
	},
}

// UntilEnvironmentTemplateVersionRegistered waits until a version of an environment template is DRAFT or PUBLISHED. It
// fails when the registration failed.
func (c *Client) UntilEnvironmentTemplateVersionRegistered(
	r GetEnvironmentTemplateVersionRequest,
) *cloud.Waiter[GetEnvironmentTemplateVersionResponse] {
	return wait.Until(c.api, "UntilEnvironmentTemplateVersionRegistered", creationSpec(c.environmentVersionSpec(r, judgeRegistered)))
}

// UntilEnvironmentTemplateVersionDeleted waits until a version of an environment template is no longer found. No
// status says that a deletion failed, so after a failure the wait ends only at its maximum time.
func (c *Client) UntilEnvironmentTemplateVersionDeleted(
	r GetEnvironmentTemplateVersionRequest,
) *cloud.Waiter[GetEnvironmentTemplateVersionResponse] {
	return wait.Until(c.api, "UntilEnvironmentTemplateVersionDeleted", deletionSpec(c.environmentVersionSpec(r, judgeVersionDeleted)))
}

func (c *Client) environmentVersionSpec(
	r GetEnvironmentTemplateVersionRequest, judge func(versionSnapshot) cloud.Verdict,
) cloud.WaitSpec[GetEnvironmentTemplateVersionResponse] {
	return versionSpec(c.GetEnvironmentTemplateVersion, r, func(out *GetEnvironmentTemplateVersionResponse) cloud.Verdict {
		v := &out.EnvironmentTemplateVersion
		return judge(versionSnapshot{v.CreatedAt, v.Status, v.StatusMessage})
	})
}
