package dlc

import (
	"cmp"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) listOperations() front.Handlers {
	return front.Handlers{
		"ListRayClusters":       front.Handle(s.listRayClusters),
		"ListLabs":              front.Handle(s.listLabs),
		"ListJobsBySpec":        front.Handle(s.listJobsBySpec),
		"ListInferenceServices": front.Handle(s.listInferenceServices),
	}
}

// numberedPageSize is the default size of pages that have a number.
const numberedPageSize = 20

// A listPage is one page of items that were created in a period.
type listPage[T any] struct {
	Items                         []T
	Total, Page, Size, TotalPages int
}

// listOf returns a page of items, of which created returns the time of creation. Items of another type are shown by
// what the types have in common.
func listOf[T, S any](all []S, created func(S) cloud.Timestamp, from, to *int64, page, size int) listPage[T] {
	l := listPage[T]{Page: max(page, 1), Size: cmp.Or(size, numberedPageSize)}
	list := slices.DeleteFunc(all, func(v S) bool {
		at := int64(created(v))
		return from != nil && at < *from || to != nil && at > *to
	})
	for _, v := range world.OffsetPage(list, (l.Page-1)*l.Size, l.Size) {
		l.Items = append(l.Items, world.CommonTo[T](v))
	}
	l.Total, l.TotalPages = len(list), (len(list)+l.Size-1)/l.Size
	return l
}

func (s *Service) listRayClusters(r *front.Received, in dlc.ListRayClustersRequest) (any, error) {
	list := []dlc.GetRayClusterResponse{}
	for _, v := range s.rayClusters.List(s.world.Now()) {
		list = append(list, v.cluster())
	}
	l := listOf[dlc.RayClusterEntity](list, func(v dlc.GetRayClusterResponse) cloud.Timestamp { return v.CreateTime },
		in.StartTime, in.EndTime, in.Page, in.PageSize)
	return &dlc.ListRayClustersResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

func (s *Service) listLabs(r *front.Received, in dlc.ListLabsRequest) (any, error) {
	list := []dlc.LabResponse{}
	for _, v := range s.labs.List(s.world.Now()) {
		item := world.CommonTo[dlc.LabResponse](v.lab())
		item.CreateTime = v.CreateTime
		list = append(list, item)
	}
	l := listOf[dlc.LabResponse](list, func(v dlc.LabResponse) cloud.Timestamp { return v.CreateTime },
		in.StartTime, in.EndTime, in.Page, in.PageSize)
	return &dlc.ListLabsResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

func (s *Service) listJobsBySpec(r *front.Received, in dlc.ListJobsBySpecRequest) (any, error) {
	jobs := slices.DeleteFunc(s.rayJobs.List(s.world.Now()), func(v dlc.GetRayJobResponse) bool { return v.SpecID != in.SpecID })
	l := listOf[dlc.RayJobSubmitEntity](jobs, func(v dlc.GetRayJobResponse) cloud.Timestamp { return v.CreateTime },
		in.StartTime, in.EndTime, in.Page, in.PageSize)
	return &dlc.ListJobsBySpecResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

func (s *Service) listInferenceServices(r *front.Received, in dlc.ListInferenceServicesRequest) (any, error) {
	services := s.inference.List(s.world.Now())
	l := listOf[dlc.InferenceServiceInfo](services, func(v dlc.GetInferenceServiceResponse) cloud.Timestamp { return v.CreateTime },
		in.StartTime, in.EndTime, in.Page, in.PageSize)
	return &dlc.ListInferenceServicesResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}
