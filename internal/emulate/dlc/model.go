package dlc

import (
	"cmp"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) modelOperations() front.Handlers {
	return front.Handlers{
		"CreateInferenceModel": front.Handle(s.createModel),
		"GetInferenceModel":    front.Handle(s.getModel),
		"ListInferenceModels":  front.Handle(s.listModels),
		"UpdateInferenceModel": front.Handle(s.updateModel),
		"CreateModelVersion":   front.Handle(s.createModelVersion),
		"ListModelVersions":    front.Handle(s.listModelVersions),
	}
}

// model returns a model that exists, with its versions and services counted.
func (s *Service) model(uid string) (dlc.InferenceModelInfo, error) {
	v, ok := s.models.Row(uid).Actual(s.world.Now())
	if !ok {
		return v, refuse("ResourceNotFound", "The model %q does not exist.", uid)
	}
	return s.countOfModel(v), nil
}

func (s *Service) countOfModel(v dlc.InferenceModelInfo) dlc.InferenceModelInfo {
	v.VersionCount, v.ServiceCount = 0, 0
	for _, version := range s.modelVersions.ListIn(s.world.Now(), v.ModelUID) {
		v.VersionCount, v.LatestVersion = v.VersionCount+1, version.Version
	}
	v.ServiceCount += len(s.inference.ListBy(s.world.Now(), v.ModelUID))
	return v
}

func (s *Service) putModel(v dlc.InferenceModelInfo) dlc.InferenceModelInfo {
	v.UpdateTime = max(cloud.Milliseconds(s.world.Now()), v.UpdateTime+1)
	v.CreateTime = cmp.Or(v.CreateTime, v.UpdateTime)
	s.models.Add(v.ModelUID, s.world.Now(), v)
	return s.countOfModel(v)
}

// createModel creates a model with its first version.
func (s *Service) createModel(r *front.Received, in dlc.CreateInferenceModelRequest) (any, error) {
	v := world.CommonTo[dlc.InferenceModelInfo](in)
	v.ModelUID = cmp.Or(v.ModelUID, "m-"+in.Name+"-"+s.world.NewID(8))
	if _, err := s.model(v.ModelUID); err == nil {
		return nil, refuse("OperationDenied", "The model %q already exists.", v.ModelUID)
	}
	number := s.nextModelNumber()
	v.ModelID, v.UIN, v.HasStorage = strconv.Itoa(number), account, true
	v.HasCustomStorage = in.UseCustomStorage != nil && *in.UseCustomStorage
	v.StorageType = cmp.Or(v.StorageType, "COS")
	s.putModel(v)
	s.putModelVersion(v, dlc.CreateModelVersionRequest{
		ModelVersion: in.InitialVersion, StorageURI: in.StorageURI, UseCustomStorage: in.UseCustomStorage,
	})
	out := world.CommonTo[dlc.CreateInferenceModelResponse](s.countOfModel(s.putModel(v)))
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) getModel(r *front.Received, in dlc.GetInferenceModelRequest) (any, error) {
	v, err := s.model(in.ModelUID)
	if err != nil {
		return nil, err
	}
	out := world.CommonTo[dlc.GetInferenceModelResponse](v)
	out.RequestID = r.RequestID
	return &out, nil
}

// listModels does not compare the sizes of models, which are text.
func (s *Service) listModels(r *front.Received, in dlc.ListInferenceModelsRequest) (any, error) {
	shown := func(v *dlc.InferenceModelInfo) dlc.InferenceModelInfo { return s.countOfModel(*v) }
	l, err := pageOf(s.models.List(s.world.Now()), listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	}, shown)
	if err != nil {
		return nil, err
	}
	return &dlc.ListInferenceModelsResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

func (s *Service) updateModel(r *front.Received, in dlc.UpdateInferenceModelRequest) (any, error) {
	v, err := s.model(in.ModelUID)
	if err != nil {
		return nil, err
	}
	world.CopyMembers(&v, in)
	out := world.CommonTo[dlc.UpdateInferenceModelResponse](s.putModel(v))
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) putModelVersion(v dlc.InferenceModelInfo, in dlc.CreateModelVersionRequest) dlc.ModelVersionInfo {
	now := cloud.Milliseconds(s.world.Now())
	number := s.nextVersionNumber()
	version := dlc.ModelVersionInfo{
		VersionID: strconv.Itoa(number), ModelID: v.ModelID, Version: in.ModelVersion, Description: in.Description,
		StorageURI:       cmp.Or(in.StorageURI, "cos://models-"+applicationID+"/models/"+v.ModelUID+"/"+in.ModelVersion+"/"),
		UseCustomStorage: in.UseCustomStorage != nil && *in.UseCustomStorage, CreateTime: now, UpdateTime: now,
	}
	s.modelVersions.Add(world.KeyOf(v.ModelUID, in.ModelVersion), s.world.Now(), version)
	return version
}

func (s *Service) createModelVersion(r *front.Received, in dlc.CreateModelVersionRequest) (any, error) {
	v, err := s.model(in.ModelUID)
	if err != nil {
		return nil, err
	}
	if _, ok := s.modelVersions.Row(world.KeyOf(in.ModelUID, in.ModelVersion)).Actual(s.world.Now()); ok {
		return nil, refuse("OperationDenied", "The model %q already has the version %q.", in.ModelUID, in.ModelVersion)
	}
	out := world.CommonTo[dlc.CreateModelVersionResponse](s.putModelVersion(v, in))
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) listModelVersions(r *front.Received, in dlc.ListModelVersionsRequest) (any, error) {
	v, err := s.model(in.ModelUID)
	if err != nil {
		return nil, err
	}
	shown := func(version *dlc.ModelVersionInfo) dlc.ModelVersionInfo {
		out := *version
		out.LinkedServices = s.servicesOf(in.ModelUID, version.Version)
		return out
	}
	l, err := pageOf(s.modelVersions.ListIn(s.world.Now(), v.ModelUID), listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	}, shown)
	if err != nil {
		return nil, err
	}
	return &dlc.ListModelVersionsResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

// servicesOf returns the services that run a version of a model.
func (s *Service) servicesOf(uid, version string) []dlc.LinkedServiceInfo {
	var list []dlc.LinkedServiceInfo
	for _, v := range s.inference.ListBy(s.world.Now(), uid) {
		if v.ModelVersion == version {
			list = append(list, dlc.LinkedServiceInfo{ServiceID: v.ServiceID, ServiceName: v.Name})
		}
	}
	return list
}

func (s *Service) nextModelNumber() int {
	return nextNumber(s.models, func(number string) bool {
		_, _, taken := s.models.By(s.world.Now(), number)
		return taken
	})
}

func (s *Service) nextVersionNumber() int {
	return nextNumber(s.modelVersions, func(number string) bool {
		_, _, taken := s.modelVersions.By(s.world.Now(), number)
		return taken
	})
}
