package emulator

import (
	"cmp"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

func (s *dlcService) listActions() map[string]dlcAction {
	return map[string]dlcAction{
		"ListRayClusters":       action(s.listRayClusters),
		"ListLabs":              action(s.listLabs),
		"ListJobsBySpec":        action(s.listJobsBySpec),
		"ListInferenceServices": action(s.listInferenceServices),
	}
}

// dlcListPage is the default size of pages that have a number.
const dlcListPage = 20

// A dlcList is one page of items that were created in a period.
type dlcList[T any] struct {
	Items                         []T
	Total, Page, Size, TotalPages int
}

// listOf returns a page of items, of which created returns the time of creation. Items of another type are shown by
// what the types have in common.
func listOf[T, S any](all []S, created func(S) cloud.Timestamp, from, to *int64, page, size int) dlcList[T] {
	l := dlcList[T]{Page: max(page, 1), Size: cmp.Or(size, dlcListPage)}
	list := slices.DeleteFunc(all, func(v S) bool {
		at := int64(created(v))
		return from != nil && at < *from || to != nil && at > *to
	})
	for _, v := range offsetPage(list, (l.Page-1)*l.Size, l.Size) {
		l.Items = append(l.Items, commonTo[T](v))
	}
	l.Total, l.TotalPages = len(list), (len(list)+l.Size-1)/l.Size
	return l
}

func (s *dlcService) listRayClusters(r *received, in dlc.ListRayClustersRequest) (any, error) {
	list := []dlc.GetRayClusterResponse{}
	for _, v := range s.rayClusters.list(s.emulator.now()) {
		list = append(list, v.cluster())
	}
	l := listOf[dlc.RayClusterEntity](list, func(v dlc.GetRayClusterResponse) cloud.Timestamp { return v.CreateTime },
		in.StartTime, in.EndTime, in.Page, in.PageSize)
	return &dlc.ListRayClustersResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.requestID,
	}, nil
}

func (s *dlcService) listLabs(r *received, in dlc.ListLabsRequest) (any, error) {
	list := []dlc.LabResponse{}
	for _, v := range s.labs.list(s.emulator.now()) {
		item := commonTo[dlc.LabResponse](v.lab())
		item.CreateTime = v.CreateTime
		list = append(list, item)
	}
	l := listOf[dlc.LabResponse](list, func(v dlc.LabResponse) cloud.Timestamp { return v.CreateTime },
		in.StartTime, in.EndTime, in.Page, in.PageSize)
	return &dlc.ListLabsResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.requestID,
	}, nil
}

func (s *dlcService) listJobsBySpec(r *received, in dlc.ListJobsBySpecRequest) (any, error) {
	jobs := slices.DeleteFunc(s.rayJobs.list(s.emulator.now()), func(v dlc.GetRayJobResponse) bool { return v.SpecID != in.SpecID })
	l := listOf[dlc.RayJobSubmitEntity](jobs, func(v dlc.GetRayJobResponse) cloud.Timestamp { return v.CreateTime },
		in.StartTime, in.EndTime, in.Page, in.PageSize)
	return &dlc.ListJobsBySpecResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.requestID,
	}, nil
}

func (s *dlcService) listInferenceServices(r *received, in dlc.ListInferenceServicesRequest) (any, error) {
	services := s.inference.list(s.emulator.now())
	l := listOf[dlc.InferenceServiceInfo](services, func(v dlc.GetInferenceServiceResponse) cloud.Timestamp { return v.CreateTime },
		in.StartTime, in.EndTime, in.Page, in.PageSize)
	return &dlc.ListInferenceServicesResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.requestID,
	}, nil
}
