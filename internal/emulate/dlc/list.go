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

// A listed resource, with the struct whose members a request filters and sorts by.
type listed[S any] struct {
	resource S
	members  reflect.Value
}

// pageOf returns a page of a list, in the order of creation unless asked otherwise. Show returns what the list shows of a
// resource: the members by which a request filters and sorts.
func pageOf[T, S any](list []S, q listQuery, show func(S) T) (listPage[T], error) {
	rows, err := rowsOf(list, q, show)
	return pageOfRows(rows, err, q, show)
}

// pageAs returns a page of resources that the list shows with the members that they have.
func pageAs[T, S any](list []*S, q listQuery) (listPage[T], error) {
	rows, err := rowsAs[T](list, q)
	return pageOfRows(rows, err, q, func(v *S) T { return world.CommonTo[T](*v) })
}

// pageOfTable returns what pageOf does of all resources of a table. The request is without the page. Show must depend on
// the resource alone.
func pageOfTable[T, S any](s *Service, t *world.Table[S], request any, q listQuery, show func(*S) T) (listPage[T], error) {
	rows, err := world.Select(t, s.world.Now(), request, func() (*world.Sorted[listed[*S]], error) {
		return rowsOf(t.List(s.world.Now()), q, show)
	})
	return pageOfRows(rows, err, q, show)
}

// pageAsTable returns what pageAs does of all resources of a table. The request is without the page.
func pageAsTable[T, S any](s *Service, t *world.Table[S], request any, q listQuery) (listPage[T], error) {
	rows, err := world.Select(t, s.world.Now(), request, func() (*world.Sorted[listed[*S]], error) {
		return rowsAs[T](t.List(s.world.Now()), q)
	})
	return pageOfRows(rows, err, q, func(v *S) T { return world.CommonTo[T](*v) })
}

func pageOfRows[T, S any](rows *world.Sorted[listed[S]], err error, q listQuery, show func(S) T) (listPage[T], error) {
	if err != nil {
		return listPage[T]{}, err
	}
	l := listPage[T]{Page: max(q.page, 1), Size: max(cmp.Or(q.size, numberedPageSize), 1), Total: rows.Len()}
	l.Items = world.ShownAs(world.NumberedPageOf(rows, l.Page, l.Size), func(r listed[S]) T { return show(r.resource) })
	l.TotalPages = world.PageCount(l.Total, l.Size)
	return l, nil
}

func rowsOf[T, S any](list []S, q listQuery, show func(S) T) (*world.Sorted[listed[S]], error) {
	members := func(v S) reflect.Value { return reflect.ValueOf(show(v)) }
	return selectRows(list, q, members, reflect.TypeFor[T](), reflect.TypeFor[T]())
}

func rowsAs[T, S any](list []*S, q listQuery) (*world.Sorted[listed[*S]], error) {
	members := func(v *S) reflect.Value { return reflect.ValueOf(v).Elem() }
	return selectRows(list, q, members, reflect.TypeFor[T](), reflect.TypeFor[S]())
}

// selectRows returns the resources that match a query, in its order.
func selectRows[S any](
	list []S, q listQuery, members func(S) reflect.Value, shown, of reflect.Type,
) (*world.Sorted[listed[S]], error) {
	matches, err := q.matcher(shown, of)
	if err != nil {
		return nil, err
	}
	compare, err := q.order(shown, of)
	if err != nil {
		return nil, err
	}
	rows := make([]listed[S], 0, len(list))
	for _, v := range list {
		row := listed[S]{resource: v}
		if matches != nil || compare != nil {
			row.members = members(v)
		}
		if matches == nil || matches(row.members) {
			rows = append(rows, row)
		}
	}
	if compare == nil {
		return world.Sort(rows, nil), nil
	}
	return world.Sort(rows, func(a, b listed[S]) int { return compare(a.members, b.members) }), nil
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
	query := in
	query.Page, query.PageSize = 0, 0
	l, err := pageOfTable(s, s.rayClusters, &query, listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	}, shownCluster)
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
	query := in
	query.Page, query.PageSize = 0, 0
	l, err := pageOfTable(s, s.labs, &query, listQuery{
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
	query := in
	query.Page, query.PageSize = 0, 0
	l, err := pageAsTable[dlc.RayJobSubmitEntity](s, s.rayJobs, &query, listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	})
	if err != nil {
		return nil, err
	}
	return &dlc.ListRayJobsResponse{Items: l.Items, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID}, nil
}

func (s *Service) listInferenceServices(r *front.Received, in dlc.ListInferenceServicesRequest) (any, error) {
	query := in
	query.Page, query.PageSize = 0, 0
	l, err := pageAsTable[dlc.InferenceServiceInfo](s, s.inference, &query, listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	})
	if err != nil {
		return nil, err
	}
	return &dlc.ListInferenceServicesResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}
