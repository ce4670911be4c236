package dlc

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// A partitionState is a partition of resources with its queues.
type partitionState struct {
	dlc.PartitionInfo
	Queues []dlc.QueueInfo
}

func (s *Service) partitionOperations() front.Handlers {
	return front.Handlers{
		"CreatePartition":            front.Handle(s.createPartition),
		"DescribePartitions":         front.Handle(s.describePartitions),
		"DescribePartitionDetail":    front.Handle(s.describePartitionDetail),
		"ModifyPartitionDescription": front.Handle(s.modifyPartitionDescription),
		"CreatePartitionQueue":       front.Handle(s.createQueue),
		"DescribePartitionQueues":    front.Handle(s.describeQueues),
		"ModifyPartitionQueue":       front.Handle(s.modifyQueue),
		"DeletePartitionQueue":       front.Handle(s.deleteQueue),
		"CheckQueueName":             front.Handle(s.checkQueueName),
	}
}

// resourcePartition returns a partition that exists.
func (s *Service) resourcePartition(code string) (partitionState, error) {
	v, ok := s.partitions.Row(code).Actual(s.world.Now())
	if !ok {
		return v, refuse("ResourceNotFound.Partition", "The partition %q does not exist.", code)
	}
	v.Queues = slices.Clone(v.Queues)
	return v, nil
}

func (s *Service) putPartitionState(v partitionState) {
	v.UpdateTime, v.QueueCount = beijingTime(s.world.Now()), len(v.Queues)
	s.partitions.Add(v.PartitionCode, s.world.Now(), v)
}

// createPartition creates a partition, which runs at once, with its default queue.
func (s *Service) createPartition(r *front.Received, in dlc.CreatePartitionRequest) (any, error) {
	v := partitionState{Queues: []dlc.QueueInfo{{ID: s.access.newID(), QueueName: "default", IsDefault: 1}}}
	v.PartitionCode = "p-" + s.world.NewID(8)
	v.Name, v.Description, v.PayMode, v.ResourceQuota = cmp.Or(in.Name, v.PartitionCode), in.Description, in.PayMode, in.ResourceQuotaList
	v.Status, v.CreateTime = dlc.PartitionStateRunning, beijingTime(s.world.Now())
	s.putPartitionState(v)
	deal := strconv.Itoa(s.access.newID())
	return &dlc.CreatePartitionResponse{DealName: deal, BigDealID: deal, RequestID: r.RequestID}, nil
}

func (s *Service) describePartitions(r *front.Received, in dlc.DescribePartitionsRequest) (any, error) {
	list := world.ShownAs(s.partitions.List(s.world.Now()), func(v *partitionState) *dlc.PartitionInfo { return &v.PartitionInfo })
	l, err := pageAs[dlc.PartitionInfo](list, listQuery{page: in.Page, size: in.PageSize, filters: in.Filters, sort: in.SortFields})
	if err != nil {
		return nil, err
	}
	return &dlc.DescribePartitionsResponse{Partitions: l.Items, Total: l.Total, RequestID: r.RequestID}, nil
}

func (s *Service) describePartitionDetail(r *front.Received, in dlc.DescribePartitionDetailRequest) (any, error) {
	v, err := s.resourcePartition(in.PartitionCode)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribePartitionDetailResponse{PartitionDetail: &dlc.PartitionDetail{
		PartitionCode: v.PartitionCode, PartitionName: v.Name, Description: v.Description, ResourceQuota: v.ResourceQuota,
		PayMode: v.PayMode, Status: int(v.Status),
	}, RequestID: r.RequestID}, nil
}

func (s *Service) modifyPartitionDescription(r *front.Received, in dlc.ModifyPartitionDescriptionRequest) (any, error) {
	v, err := s.resourcePartition(in.PartitionCode)
	if err != nil {
		return nil, err
	}
	v.Description = in.Description
	s.putPartitionState(v)
	return &dlc.ModifyPartitionDescriptionResponse{RequestID: r.RequestID}, nil
}

// queueName is what the names of queues look like.
var queueName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,10}$`)

// checkName returns a refusal if a partition cannot have a new queue of a name.
func (v partitionState) checkName(name string) *front.Refusal {
	if !queueName.MatchString(name) {
		return refuse("InvalidParameterValue.QueueName",
			"The name of a queue must be a lowercase letter and up to 10 lowercase letters, digits or hyphens, but is %q.", name)
	}
	if slices.ContainsFunc(v.Queues, func(q dlc.QueueInfo) bool { return q.QueueName == name }) {
		return refuse("ResourceInUse.QueueName", "The queue %q already exists.", name)
	}
	return nil
}

func (s *Service) createQueue(r *front.Received, in dlc.CreatePartitionQueueRequest) (any, error) {
	v, err := s.resourcePartition(in.PartitionCode)
	if err != nil {
		return nil, err
	}
	if x := v.checkName(in.QueueName); x != nil {
		return nil, x
	}
	q := dlc.QueueInfo{
		ID: s.access.newID(), QueueName: in.QueueName, ResourceUsage: in.ResourceUsages, Description: in.Description,
		QueueType: in.QueueType,
	}
	v.Queues = append(v.Queues, q)
	s.putPartitionState(v)
	return &dlc.CreatePartitionQueueResponse{ID: q.ID, RequestID: r.RequestID}, nil
}

func (s *Service) describeQueues(r *front.Received, in dlc.DescribePartitionQueuesRequest) (any, error) {
	v, err := s.resourcePartition(in.PartitionCode)
	if err != nil {
		return nil, err
	}
	out := &dlc.DescribePartitionQueuesResponse{RequestID: r.RequestID}
	if i := slices.IndexFunc(v.Queues, func(q dlc.QueueInfo) bool { return q.IsDefault == 1 }); i >= 0 {
		out.DefaultQueue = new(v.Queues[i])
	}
	l, err := pageOf(v.Queues, listQuery{page: in.Page, size: in.PageSize, filters: in.Filters, sort: in.SortFields}, same)
	out.QueueList, out.Total = l.Items, l.Total
	return out, err
}

// queue returns a queue by its ID, and its place in the partition that has it.
func (s *Service) queue(id int) (partitionState, int, error) {
	for _, v := range s.partitions.List(s.world.Now()) {
		if i := slices.IndexFunc(v.Queues, func(q dlc.QueueInfo) bool { return q.ID == id }); i >= 0 {
			found := *v
			found.Queues = slices.Clone(v.Queues)
			return found, i, nil
		}
	}
	return partitionState{}, 0, refuse("ResourceNotFound.PartitionQueue", "The queue %d does not exist.", id)
}

func (s *Service) modifyQueue(r *front.Received, in dlc.ModifyPartitionQueueRequest) (any, error) {
	v, i, err := s.queue(in.ID)
	if err != nil {
		return nil, err
	}
	q := &v.Queues[i]
	if in.QueueName != "" && in.QueueName != q.QueueName {
		if x := v.checkName(in.QueueName); x != nil {
			return nil, x
		}
		q.QueueName = in.QueueName
	}
	if in.Description != nil {
		q.Description = *in.Description
	}
	if in.ResourceUsages != nil {
		q.ResourceUsage = in.ResourceUsages
	}
	q.QueueType = cmp.Or(in.QueueType, q.QueueType)
	s.putPartitionState(v)
	return &dlc.ModifyPartitionQueueResponse{RequestID: r.RequestID}, nil
}

// deleteQueue deletes a queue, whose name and partition the request repeats. The default queue stays.
func (s *Service) deleteQueue(r *front.Received, in dlc.DeletePartitionQueueRequest) (any, error) {
	v, i, err := s.queue(in.ID)
	if err != nil {
		return nil, err
	}
	switch q := v.Queues[i]; {
	case q.QueueName != in.QueueName || v.PartitionCode != in.PartitionCode:
		return nil, refuse("InvalidParameterValue.QueueIdMismatch", "The queue %d is %q of %q.", in.ID, q.QueueName, v.PartitionCode)
	case q.IsDefault == 1:
		return nil, refuse("OperationDenied.DefaultQueueDeleteForbidden", "The default queue cannot be deleted.")
	}
	v.Queues = slices.Delete(v.Queues, i, i+1)
	s.putPartitionState(v)
	return &dlc.DeletePartitionQueueResponse{RequestID: r.RequestID}, nil
}

func (s *Service) checkQueueName(r *front.Received, in dlc.CheckQueueNameRequest) (any, error) {
	v := partitionState{}
	if in.PartitionCode != "" {
		var err error
		if v, err = s.resourcePartition(in.PartitionCode); err != nil {
			return nil, err
		}
	}
	out := &dlc.CheckQueueNameResponse{IsValid: "true", RequestID: r.RequestID}
	if x := v.checkName(in.QueueName); x != nil {
		out.IsValid, out.Message = "false", x.Message
	}
	return out, nil
}
