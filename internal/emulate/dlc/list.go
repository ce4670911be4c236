package dlc

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) listOperations() front.Handlers {
	return front.Handlers{
		"ListRayClusters":       front.Handle(s.listRayClusters),
		"ListRayClusterJobs":    front.Handle(s.listRayClusterJobs),
		"ListLabs":              front.Handle(s.listLabs),
		"ListJobsBySpec":        front.Handle(s.listJobsBySpec),
		"ListRayJobs":           front.Handle(s.listRayJobs),
		"ListInferenceServices": front.Handle(s.listInferenceServices),
	}
}

// numberedPageSize is the default size of pages that have a number.
const numberedPageSize = 20

// A listQuery asks for a page of items that were created in a period. Filters and the order name members of the items.
type listQuery struct {
	page, size int
	from, to   *int64
	filters    []dlc.Filter
	sort       []dlc.SortField
}

// A listPage is one page of items.
type listPage[T any] struct {
	Items                         []T
	Total, Page, Size, TotalPages int
}

// pageOf returns a page of a list, in the order of creation unless asked otherwise.
func pageOf[T any](list []T, q listQuery) (listPage[T], error) {
	l := listPage[T]{Page: max(q.page, 1), Size: max(cmp.Or(q.size, numberedPageSize), 1)}
	for _, f := range q.filters {
		if _, ok := memberValue(*new(T), f.Name); !ok {
			return l, unknownFilter(f.Name)
		}
	}
	list = slices.DeleteFunc(list, func(v T) bool { return !q.matches(reflect.ValueOf(v)) })
	for _, order := range slices.Backward(q.sort) {
		if _, ok := memberValue(*new(T), order.Field); !ok {
			return l, refuse("InvalidParameter.InvalidSortByType", "The list cannot be sorted by %q.", order.Field)
		}
		slices.SortStableFunc(list, func(a, b T) int {
			if strings.EqualFold(order.Order, "DESC") {
				a, b = b, a
			}
			return compareMembers(a, b, order.Field)
		})
	}
	l.Items = world.NumberedPage(list, l.Page, l.Size)
	l.Total, l.TotalPages = len(list), (len(list)+l.Size-1)/l.Size
	return l, nil
}

func (q listQuery) matches(v reflect.Value) bool {
	if created, ok := memberValue(v.Interface(), "CreateTime"); ok && created.CanInt() {
		if q.from != nil && created.Int() < *q.from || q.to != nil && created.Int() > *q.to {
			return false
		}
	}
	for _, f := range q.filters {
		value, _ := memberValue(v.Interface(), f.Name)
		if !slices.ContainsFunc(f.Values, func(want string) bool { return fmt.Sprint(value) == want }) {
			return false
		}
	}
	return true
}

// memberValue returns a member of a struct by its name on the wire, without regard to case.
func memberValue(v any, name string) (reflect.Value, bool) {
	value := reflect.ValueOf(v)
	for i := range value.NumField() {
		member, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("json"), ",")
		if strings.EqualFold(member, name) {
			return value.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func compareMembers(a, b any, name string) int {
	x, _ := memberValue(a, name)
	y, _ := memberValue(b, name)
	if x.CanInt() {
		return cmp.Compare(x.Int(), y.Int())
	}
	return cmp.Compare(fmt.Sprint(x), fmt.Sprint(y))
}

// shownAs converts resources to the type that shows them in a list.
func shownAs[T, S any](list []S) []T {
	items := make([]T, len(list))
	for i, v := range list {
		items[i] = world.CommonTo[T](v)
	}
	return items
}

func (s *Service) listRayClusters(r *front.Received, in dlc.ListRayClustersRequest) (any, error) {
	l, err := pageOf(s.shownClusters(), listQuery{in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields})
	if err != nil {
		return nil, err
	}
	return &dlc.ListRayClustersResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

// shownClusters returns all Ray clusters.
func (s *Service) shownClusters() []dlc.RayClusterEntity {
	list := []dlc.RayClusterEntity{}
	for _, v := range s.rayClusters.List(s.world.Now()) {
		list = append(list, world.CommonTo[dlc.RayClusterEntity](v.cluster()))
	}
	return list
}

func (s *Service) listRayClusterJobs(r *front.Received, in dlc.ListRayClusterJobsRequest) (any, error) {
	if _, ok := s.rayClusters.Row(in.ClusterID).Visible(s.world.Now()); !ok {
		return nil, s.rayNotFound(s.rayClusters, in.ClusterID)
	}
	jobs := slices.DeleteFunc(s.rayJobs.List(s.world.Now()), func(v dlc.GetRayJobResponse) bool { return s.clusterOf(v) != in.ClusterID })
	l, err := pageOf(shownAs[dlc.RayJobSubmitEntity](jobs), listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	})
	if err != nil {
		return nil, err
	}
	return &dlc.ListRayClusterJobsResponse{
		Items: l.Items, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

// clusterOf returns the ID of the cluster that a job runs on, which its configuration says.
func (s *Service) clusterOf(job dlc.GetRayJobResponse) string {
	spec, _ := s.jobSpecs.Row(job.SpecID).Actual(s.world.Now())
	return spec.ClusterID
}

func (s *Service) listLabs(r *front.Received, in dlc.ListLabsRequest) (any, error) {
	list := []dlc.LabResponse{}
	for _, v := range s.labs.List(s.world.Now()) {
		item := world.CommonTo[dlc.LabResponse](v.lab())
		item.CreateTime = v.CreateTime
		list = append(list, item)
	}
	l, err := pageOf(list, listQuery{in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields})
	if err != nil {
		return nil, err
	}
	return &dlc.ListLabsResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

func (s *Service) listJobsBySpec(r *front.Received, in dlc.ListJobsBySpecRequest) (any, error) {
	jobs := slices.DeleteFunc(s.rayJobs.List(s.world.Now()), func(v dlc.GetRayJobResponse) bool { return v.SpecID != in.SpecID })
	l, err := pageOf(shownAs[dlc.RayJobSubmitEntity](jobs), listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	})
	if err != nil {
		return nil, err
	}
	return &dlc.ListJobsBySpecResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

func (s *Service) listRayJobs(r *front.Received, in dlc.ListRayJobsRequest) (any, error) {
	l, err := pageOf(shownAs[dlc.RayJobSubmitEntity](s.rayJobs.List(s.world.Now())), listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	})
	if err != nil {
		return nil, err
	}
	return &dlc.ListRayJobsResponse{Items: l.Items, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID}, nil
}

func (s *Service) listInferenceServices(r *front.Received, in dlc.ListInferenceServicesRequest) (any, error) {
	l, err := pageOf(shownAs[dlc.InferenceServiceInfo](s.inference.List(s.world.Now())), listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	})
	if err != nil {
		return nil, err
	}
	return &dlc.ListInferenceServicesResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}
