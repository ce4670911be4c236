package release

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/proton"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// version returns the steps that create and publish a version.
func (p ProtonTemplate) version(r rollout.Rollout) []rollout.Step {
	asked := *p.Create
	asked.TemplateName, asked.MajorVersion = p.Template, p.Major
	return []rollout.Step{
		{Name: protonCreate, Always: true, Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
			return change(p.Client.PrepareCreateServiceTemplateVersion(ctx, asked))
		}},
		{Name: protonPublish, Needs: []string{protonCreate}, Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
			minor, err := p.minor(ctx, r)
			if err != nil {
				return nil, err
			}
			return p.publications().prepare(ctx, p.Template+"/"+p.Major+"/"+minor, func(v *proton.ServiceTemplateVersion) {
				v.Status = proton.TemplateVersionStatusPublished
			})
		}},
	}
}

// publications are the changes that publish a version. There is no way back from them.
func (p ProtonTemplate) publications() writes[proton.ServiceTemplateVersion] {
	return writes[proton.ServiceTemplateVersion]{
		client: p.Client, service: "proton", operation: "UpdateServiceTemplateVersion", final: true,
		read: func(ctx context.Context, resource string) (*proton.ServiceTemplateVersion, error) {
			name, major, minor := versionOf(resource)
			out, err := p.Client.GetServiceTemplateVersion(ctx, proton.GetServiceTemplateVersionRequest{
				TemplateName: name, MajorVersion: major, MinorVersion: minor,
			})
			if err != nil {
				return nil, err
			}
			return &out.ServiceTemplateVersion, nil
		},
		write: func(ctx context.Context, resource string, v proton.ServiceTemplateVersion) (string, error) {
			name, major, minor := versionOf(resource)
			_, err := p.Client.UpdateServiceTemplateVersion(ctx, proton.UpdateServiceTemplateVersionRequest{
				TemplateName: name, MajorVersion: major, MinorVersion: minor, Status: v.Status,
			})
			return "", err
		},
	}
}

// versionOf is what a resource "template/major/minor" names.
func versionOf(resource string) (name, major, minor string) {
	parts := append(strings.Split(resource, "/"), "", "")
	return parts[0], parts[1], parts[2]
}

// minor is the minor version that is released.
func (p ProtonTemplate) minor(ctx context.Context, r rollout.Rollout) (string, error) {
	if p.Create == nil {
		return p.Minor, nil
	}
	end, err := r.Result(ctx, protonCreate)
	if err != nil {
		return "", err
	}
	var out proton.GetServiceTemplateVersionResponse
	if err := json.Unmarshal(end.Value, &out); err != nil {
		return "", err
	}
	return out.ServiceTemplateVersion.MinorVersion, nil
}
