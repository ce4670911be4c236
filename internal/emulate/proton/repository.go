package proton

import (
	"cmp"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) repositoryOperations() front.Handlers {
	return front.Handlers{
		"CreateRepository":      front.Handle(s.createRepository),
		"GetRepository":         front.Handle(s.getRepository),
		"ListRepositories":      front.Handle(s.listRepositories),
		"DeleteRepository":      front.Handle(s.deleteRepository),
		"GetAccountSettings":    front.Handle(s.getSettings),
		"UpdateAccountSettings": front.Handle(s.updateSettings),
	}
}

// AddRepository adds or replaces a linked repository, and returns its ARN.
func (s *Service) AddRepository(repository proton.Repository) string {
	v := repository
	v.Provider = cmp.Or(v.Provider, proton.RepositoryProviderGitHub)
	v.Name = cmp.Or(v.Name, "example/repository")
	v.ARN = cmp.Or(v.ARN, s.repositoryARN(v.Provider, v.Name))
	v.ConnectionARN = cmp.Or(v.ConnectionARN, "arn:aws:codestar-connections:"+s.World.Region+":"+world.Account+":connection/example")
	s.repositories.Add(repositoryKey(v.Provider, v.Name), s.World.Now(), v)
	return v.ARN
}

func (s *Service) repositoryARN(provider proton.RepositoryProvider, name string) string {
	return s.ARN("repository/" + strings.ToLower(string(provider)) + ":" + name)
}

func repositoryKey(provider proton.RepositoryProvider, name string) string {
	return world.KeyOf(string(provider), name)
}

func (s *Service) createRepository(_ *front.Received, in proton.CreateRepositoryRequest) (any, error) {
	key := repositoryKey(in.Provider, in.Name)
	existing, ok := s.repositories.Row(key).Actual(s.World.Now())
	repeated, err := s.recordCreation("repository", string(in.Provider)+" "+in.Name, ok, &in)
	if err != nil {
		return nil, err
	}
	if repeated {
		return &proton.CreateRepositoryResponse{Repository: existing}, nil
	}
	c := s.Instant()
	v := proton.Repository{
		ARN: s.repositoryARN(in.Provider, in.Name), Provider: in.Provider, Name: in.Name,
		ConnectionARN: in.ConnectionARN, EncryptionKey: in.EncryptionKey,
	}
	world.Schedule(s.repositories.Create(key), c, c.Start, v)
	s.setTags(v.ARN, in.Tags)
	return &proton.CreateRepositoryResponse{Repository: v}, nil
}

func (s *Service) getRepository(_ *front.Received, in proton.GetRepositoryRequest) (any, error) {
	v, ok := s.repositories.Row(repositoryKey(in.Provider, in.Name)).Visible(s.World.Now())
	if !ok {
		return nil, aws.NotFound("repository", in.Name)
	}
	return &proton.GetRepositoryResponse{Repository: v}, nil
}

func (s *Service) listRepositories(_ *front.Received, in proton.ListRepositoriesRequest) (any, error) {
	list := world.Shown(s.repositories, s.World.Now(), "repositories", nil)
	page, next, err := world.NextPageOf(list, "repositories", in.NextToken, cmp.Or(in.MaxResults, pageSize))
	items := world.ShownAs(page, func(v *proton.Repository) proton.RepositorySummary {
		return world.CommonTo[proton.RepositorySummary](*v)
	})
	return &proton.ListRepositoriesResponse{Repositories: items, NextToken: next}, err
}

// deleteRepository refuses to delete a repository that a service or a template is synced from.
func (s *Service) deleteRepository(_ *front.Received, in proton.DeleteRepositoryRequest) (any, error) {
	row, c := s.repositories.Row(repositoryKey(in.Provider, in.Name)), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return &proton.DeleteRepositoryResponse{}, nil
	}
	if s.syncsService(in.Provider, in.Name) || len(s.templateDefinitions(in.Provider, in.Name)) > 0 {
		return nil, aws.Conflict("Services or templates are synced from the repository "+in.Name+".", "")
	}
	world.Remove(row, c)
	return &proton.DeleteRepositoryResponse{Repository: &v}, nil
}

// requireRepository returns a refusal if a repository is not linked.
func (s *Service) requireRepository(provider proton.RepositoryProvider, name string) error {
	if _, ok := s.repositories.Row(repositoryKey(provider, name)).Actual(s.World.Now()); !ok {
		return aws.Invalid("The repository " + name + " of " + string(provider) + " is not linked.")
	}
	return nil
}

// settingsKey is the key of the only row of settings.
const settingsKey = "account"

func (s *Service) getSettings(_ *front.Received, _ proton.GetAccountSettingsRequest) (any, error) {
	v, _ := s.settings.Row(settingsKey).Visible(s.World.Now())
	return &proton.GetAccountSettingsResponse{AccountSettings: &v}, nil
}

func (s *Service) updateSettings(_ *front.Received, in proton.UpdateAccountSettingsRequest) (any, error) {
	row, c := s.settings.Create(settingsKey), s.Instant()
	v, _ := row.Actual(c.Start)
	if in.PipelineServiceRoleARN != nil {
		v.PipelineServiceRoleARN = *in.PipelineServiceRoleARN
	}
	if in.PipelineCodeBuildRoleARN != nil {
		v.PipelineCodeBuildRoleARN = *in.PipelineCodeBuildRoleARN
	}
	remove := in.DeletePipelineProvisioningRepository != nil && *in.DeletePipelineProvisioningRepository
	if r := in.PipelineProvisioningRepository; r != nil {
		if err := s.requireRepository(r.Provider, r.Name); err != nil {
			return nil, err
		}
		if remove {
			return nil, aws.Invalid("pipelineProvisioningRepository and deletePipelineProvisioningRepository cannot both be set.")
		}
		v.PipelineProvisioningRepository = &proton.RepositoryBranch{
			ARN: s.repositoryARN(r.Provider, r.Name), Provider: r.Provider, Name: r.Name, Branch: r.Branch,
		}
	}
	if remove {
		v.PipelineProvisioningRepository = nil
	}
	world.Schedule(row, c, c.Start, v)
	return &proton.UpdateAccountSettingsResponse{AccountSettings: v}, nil
}
