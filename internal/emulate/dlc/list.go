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

// pageOf returns a page of a list, in the order of creation unless asked otherwise. Show returns what the list shows of a
// resource: the members by which a request filters and sorts.
func pageOf[T, S any](list []S, q listQuery, show func(S) T) (listPage[T], error) {
	return pageBy(list, q, func(v S) reflect.Value { return reflect.ValueOf(show(v)) }, reflect.TypeFor[T](), show)
}

// pageAs returns a page of resources that the list shows with the members that they have.
func pageAs[T, S any](list []*S, q listQuery) (listPage[T], error) {
	members := func(v *S) reflect.Value { return reflect.ValueOf(v).Elem() }
	return pageBy(list, q, members, reflect.TypeFor[S](), func(v *S) T { return world.CommonTo[T](*v) })
}

// A listed resource, with the struct whose members a request filters and sorts by.
type listed[S any] struct {
	resource S
	members  reflect.Value
}

func pageBy[T, S any](
	list []S, q listQuery, members func(S) reflect.Value, of reflect.Type, show func(S) T,
) (listPage[T], error) {
	l := listPage[T]{Page: max(q.page, 1), Size: max(cmp.Or(q.size, numberedPageSize), 1), Total: len(list)}
	shown := reflect.TypeFor[T]()
	matches, err := q.matcher(shown, of)
	if err != nil {
		return l, err
	}
	compare, err := q.order(shown, of)
	if err != nil {
		return l, err
	}
	page := world.NumberedPage(list, l.Page, l.Size)
	if matches != nil || compare != nil {
		page, l.Total = selectPage(list, members, matches, compare, l.Page, l.Size)
	}
	l.Items, l.TotalPages = world.ShownAs(page, show), world.PageCount(l.Total, l.Size)
	return l, nil
}

// selectPage returns a page of the resources that match, and how many match.
func selectPage[S any](
	list []S, members func(S) reflect.Value, matches func(reflect.Value) bool, compare func(a, b reflect.Value) int, page, size int,
) ([]S, int) {
	rows := make([]listed[S], 0, len(list))
	for _, v := range list {
		if m := members(v); matches == nil || matches(m) {
			rows = append(rows, listed[S]{v, m})
		}
	}
	var order func(a, b listed[S]) int
	if compare != nil {
		order = func(a, b listed[S]) int { return compare(a.members, b.members) }
	}
	shown := world.NumberedPageBy(rows, order, page, size)
	return world.ShownAs(shown, func(r listed[S]) S { return r.resource }), len(rows)
}

// matcher returns what reports whether a resource matches the query, nil if all do.
func (q listQuery) matcher(shown, of reflect.Type) (func(reflect.Value) bool, error) {
	var tests []func(reflect.Value) bool
	if created, ok := memberOf(shown, of, "CreateTime"); ok && created.zero.CanInt() && (q.from != nil || q.to != nil) {
		tests = append(tests, func(v reflect.Value) bool {
			at := created.value(v).Int()
			return (q.from == nil || at >= *q.from) && (q.to == nil || at <= *q.to)
		})
	}
	for _, f := range q.filters {
		m, ok := memberOf(shown, of, f.Name)
		if !ok {
			return nil, unknownFilter(f.Name)
		}
		tests = append(tests, func(v reflect.Value) bool { return slices.Contains(f.Values, m.text(v)) })
	}
	if len(tests) == 0 {
		return nil, nil
	}
	return func(v reflect.Value) bool {
		return !slices.ContainsFunc(tests, func(test func(reflect.Value) bool) bool { return !test(v) })
	}, nil
}

// order returns how resources compare, nil if they stay in the order of creation.
func (q listQuery) order(shown, of reflect.Type) (func(a, b reflect.Value) int, error) {
	var orders []func(a, b reflect.Value) int
	for _, o := range q.sort {
		m, ok := memberOf(shown, of, o.Field)
		if !ok {
			return nil, refuse("InvalidParameter.InvalidSortByType", "The list cannot be sorted by %q.", o.Field)
		}
		if strings.EqualFold(o.Order, "DESC") {
			orders = append(orders, func(a, b reflect.Value) int { return m.compare(b, a) })
		} else {
			orders = append(orders, m.compare)
		}
	}
	if len(orders) == 0 {
		return nil, nil
	}
	return func(a, b reflect.Value) int {
		for _, compare := range orders {
			if c := compare(a, b); c != 0 {
				return c
			}
		}
		return 0
	}, nil
}

// A member is a member of the items of a list, where the resource has it.
type member struct {
	index int // -1 if the resource does not have it: then it is zero
	zero  reflect.Value
}

// memberOf finds a member of the items that a list shows, by its name on the wire, without regard to case.
func memberOf(shown, of reflect.Type, name string) (member, bool) {
	i := memberIndex(shown, name)
	if i < 0 {
		return member{}, false
	}
	return member{memberIndex(of, name), reflect.Zero(shown.Field(i).Type)}, true
}

func memberIndex(t reflect.Type, name string) int {
	for i := range t.NumField() {
		member, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if strings.EqualFold(member, name) {
			return i
		}
	}
	return -1
}

func (m member) value(v reflect.Value) reflect.Value {
	if m.index < 0 {
		return m.zero
	}
	return v.Field(m.index)
}

func (m member) text(v reflect.Value) string {
	value := m.value(v)
	if value.Type() == reflect.TypeFor[string]() {
		return value.String()
	}
	return fmt.Sprint(value)
}

func (m member) compare(a, b reflect.Value) int {
	if m.zero.CanInt() {
		return cmp.Compare(m.value(a).Int(), m.value(b).Int())
	}
	return cmp.Compare(m.text(a), m.text(b))
}

// same shows an item of a list as it is.
func same[T any](v T) T { return v }

// shownAs converts resources to the type that shows them in a list.
func shownAs[T, S any](list []S) []T {
	return world.ShownAs(list, func(v S) T { return world.CommonTo[T](v) })
}

func (s *Service) listRayClusters(r *front.Received, in dlc.ListRayClustersRequest) (any, error) {
	query := listQuery{in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields}
	l, err := pageOf(s.rayClusters.List(s.world.Now()), query, shownCluster)
	if err != nil {
		return nil, err
	}
	return &dlc.ListRayClustersResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

func shownCluster(v *rayState) dlc.RayClusterEntity {
	return world.CommonTo[dlc.RayClusterEntity](v.cluster())
}

func (s *Service) listRayClusterJobs(r *front.Received, in dlc.ListRayClusterJobsRequest) (any, error) {
	if _, ok := s.rayClusters.Row(in.ClusterID).Visible(s.world.Now()); !ok {
		return nil, s.rayNotFound(s.rayClusters, in.ClusterID)
	}
	jobs := slices.DeleteFunc(s.rayJobs.List(s.world.Now()), func(v *dlc.GetRayJobResponse) bool { return s.clusterOf(v) != in.ClusterID })
	l, err := pageAs[dlc.RayJobSubmitEntity](jobs, listQuery{
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
func (s *Service) clusterOf(job *dlc.GetRayJobResponse) string {
	spec, _ := s.jobSpecs.Row(job.SpecID).Actual(s.world.Now())
	return spec.ClusterID
}

func (s *Service) listLabs(r *front.Received, in dlc.ListLabsRequest) (any, error) {
	shown := func(v *rayState) dlc.LabResponse { return labAs[dlc.LabResponse](*v) }
	l, err := pageOf(s.labs.List(s.world.Now()), listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	}, shown)
	if err != nil {
		return nil, err
	}
	return &dlc.ListLabsResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

func (s *Service) listJobsBySpec(r *front.Received, in dlc.ListJobsBySpecRequest) (any, error) {
	l, err := pageAs[dlc.RayJobSubmitEntity](s.rayJobs.ListBy(s.world.Now(), in.SpecID), listQuery{
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
	l, err := pageAs[dlc.RayJobSubmitEntity](s.rayJobs.List(s.world.Now()), listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	})
	if err != nil {
		return nil, err
	}
	return &dlc.ListRayJobsResponse{Items: l.Items, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID}, nil
}

func (s *Service) listInferenceServices(r *front.Received, in dlc.ListInferenceServicesRequest) (any, error) {
	l, err := pageAs[dlc.InferenceServiceInfo](s.inference.List(s.world.Now()), listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	})
	if err != nil {
		return nil, err
	}
	return &dlc.ListInferenceServicesResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}
