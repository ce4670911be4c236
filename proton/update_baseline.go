package proton

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// An updateBaseline is what an update replaces.
type updateBaseline struct {
	How  DeploymentUpdateType `json:"how,omitzero"`  // empty unless the change is an update
	File bool                 `json:"file,omitzero"` // it replaces the code of a component

	// What no deployment shows; nil if the update leaves it as it is.
	Description   *string                `json:"description,omitzero" sensitive:"true"`
	ServiceRole   *string                `json:"serviceRole,omitzero"`
	Connection    *string                `json:"connection,omitzero"`
	ComponentRole *string                `json:"componentRole,omitzero"`
	CodeBuildRole *string                `json:"codeBuildRole,omitzero"`
	Repository    *RepositoryBranchInput `json:"repository,omitzero"`

	// Content is what the resource showed before. It is for comparison only and may hold secrets: tokens of changes that
	// have begun do not have it. What was there before is read from its deployment then.
	Content *content `json:"content,omitzero"`

	hidden *content // Content after the change has begun
}

// replaces returns a string for keep to fill in if the update replaces it, else nil.
func replaces(replaced bool) *string {
	if !replaced {
		return nil
	}
	return new(string)
}

// keep records what the resource showed before the update.
func (r *updateBaseline) keep(before content) {
	if r.How == "" {
		return
	}
	r.Content = &before
	for kept, value := range map[*string]string{
		r.Description: before.Description, r.ServiceRole: before.ServiceRole, r.Connection: before.Connection,
		r.ComponentRole: before.ComponentRole, r.CodeBuildRole: before.CodeBuildRole,
	} {
		if kept != nil {
			*kept = value
		}
	}
	if r.Repository != nil {
		*r.Repository = before.Repository
	}
}

// before returns what the resource showed before the update; nil if that is not known any more.
func (r *updateBaseline) before() *content {
	if r.Content == nil {
		return r.hidden
	}
	return r.Content
}

// hide keeps the content out of the token of a change that has begun.
func (r *updateBaseline) hide() {
	r.Content, r.hidden = nil, r.before()
}

// restore adds to a content what no deployment shows. It returns an error if no update can bring that back.
func (r *updateBaseline) restore(to *content) error {
	to.Description = value(r.Description)
	for _, m := range []struct {
		name   string
		before *string
		to     *string
	}{
		{"protonServiceRoleArn", r.ServiceRole, &to.ServiceRole},
		{"environmentAccountConnectionId", r.Connection, &to.Connection},
		{"componentRoleArn", r.ComponentRole, &to.ComponentRole},
		{"codebuildRoleArn", r.CodeBuildRole, &to.CodeBuildRole},
	} {
		if m.before != nil && *m.before == "" {
			return errNoWayBack(m.name + " was not set before, and an update cannot take it away")
		}
		*m.to = value(m.before)
	}
	if r.Repository != nil {
		if r.Repository.Name == "" {
			return errNoWayBack("provisioningRepository was not set before, and an update cannot take it away")
		}
		to.Repository = *r.Repository
	}
	return nil
}

// description returns the description to go back to; nil if the update leaves it as it is.
func (r *updateBaseline) description(to content) *string {
	if r.Description == nil {
		return nil
	}
	return &to.Description
}

// versions returns the template version of an update to other content; empty if it keeps the version.
func (c content) versions(how DeploymentUpdateType) (major, minor string) {
	if how == DeploymentUpdateTypeCurrentVersion {
		return "", ""
	}
	return c.MajorVersion, c.MinorVersion
}

// updater has the Prepare methods of updates. Undoing an update calls them through it, because the declaration of the
// update would refer to itself otherwise.
type updater interface {
	PrepareUpdateComponent(context.Context, UpdateComponentRequest) (*cloud.Change[GetComponentResponse], error)
	PrepareUpdateEnvironment(context.Context, UpdateEnvironmentRequest) (*cloud.Change[GetEnvironmentResponse], error)
	PrepareUpdateServiceInstance(context.Context, UpdateServiceInstanceRequest) (*cloud.Change[GetServiceInstanceResponse], error)
	PrepareUpdateServicePipeline(context.Context, UpdateServicePipelineRequest) (*cloud.Change[GetServiceResponse], error)
}
