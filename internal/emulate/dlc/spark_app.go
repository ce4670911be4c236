package dlc

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) sparkAppOperations() front.Handlers {
	return front.Handlers{
		"CreateSparkApp":        front.Handle(s.createSparkApp),
		"CreateSparkAppForTDLC": front.Handle(s.createSparkAppForTDLC),
		"DescribeSparkAppJobs":  front.Handle(s.describeSparkAppJobs),
		"ModifySparkApp":        front.Handle(s.modifySparkApp),
		"ModifySparkAppForTDLC": front.Handle(s.modifySparkAppForTDLC),
		"ModifySparkAppBatch":   front.Handle(s.modifySparkApps),
		"DeleteSparkApp":        front.Handle(s.deleteSparkApp),
	}
}

// applySparkApp sets what a request says of a job. Requests call it an app, and jobs name the same members after it.
func applySparkApp(j dlc.SparkJobInfo, in dlc.CreateSparkAppRequest) dlc.SparkJobInfo {
	world.CopyMembers(&j, in)
	j.JobName, j.JobType, j.DataEngine, j.JobFile = in.AppName, in.AppType, in.DataEngine, in.AppFile
	j.JobDriverSize, j.JobExecutorSize, j.JobExecutorNums = in.AppDriverSize, in.AppExecutorSize, in.AppExecutorNums
	j.JobConf, j.JobJars, j.JobFiles = cmp.Or(in.AppConf, j.JobConf), cmp.Or(in.AppJars, j.JobJars), cmp.Or(in.AppFiles, j.JobFiles)
	j.JobArchives, j.JobPythonFiles = cmp.Or(in.AppArchives, j.JobArchives), cmp.Or(in.AppPythonFiles, j.JobPythonFiles)
	if in.MaxRetries != nil {
		j.JobMaxAttempts = *in.MaxRetries
	}
	if in.AppExecutorMaxNumbers != nil {
		j.JobExecutorMaxNumbers = *in.AppExecutorMaxNumbers
	}
	return j
}

// newSparkApp creates a job, and returns its ID.
func (s *Service) newSparkApp(in dlc.CreateSparkAppRequest) (string, error) {
	if _, ok := s.jobs.Row(in.AppName).Actual(s.world.Now()); ok {
		return "", refuse("InvalidParameter.SparkJobNotUnique", "The job %q already exists.", in.AppName)
	}
	j := applySparkApp(dlc.SparkJobInfo{}, in)
	j.JobID, j.JobCreator, j.JobStatus = "batch_"+s.world.NewUUID(), account, dlc.SparkJobStateInitializing
	j.JobCreateTime = cloud.Milliseconds(s.world.Now())
	j.JobUpdateTime = j.JobCreateTime
	s.jobs.Add(j.JobName, s.world.Now(), j)
	return j.JobID, nil
}

func (s *Service) createSparkApp(r *front.Received, in dlc.CreateSparkAppRequest) (any, error) {
	id, err := s.newSparkApp(in)
	if err != nil {
		return nil, err
	}
	return &dlc.CreateSparkAppResponse{SparkAppID: id, RequestID: r.RequestID}, nil
}

func (s *Service) createSparkAppForTDLC(r *front.Received, in dlc.CreateSparkAppForTDLCRequest) (any, error) {
	id, err := s.newSparkApp(world.CommonTo[dlc.CreateSparkAppRequest](in))
	if err != nil {
		return nil, err
	}
	return &dlc.CreateSparkAppForTDLCResponse{SparkAppID: id, RequestID: r.RequestID}, nil
}

func (s *Service) describeSparkAppJobs(r *front.Received, in dlc.DescribeSparkAppJobsRequest) (any, error) {
	query := in
	query.Offset, query.Limit = 0, 0
	list, err := world.Select(s.jobs, s.world.Now(), &query, func() (*world.Sorted[*dlc.SparkJobInfo], error) {
		return s.selectSparkApps(in)
	})
	if err != nil {
		return nil, err
	}
	page, err := sortedPage(list, in.Offset, cmp.Or(in.Limit, 100))
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeSparkAppJobsResponse{SparkAppJobs: world.Copies(page), TotalCount: list.Len(), RequestID: r.RequestID}, nil
}

// selectSparkApps returns the jobs that a request selects, in its order.
func (s *Service) selectSparkApps(in dlc.DescribeSparkAppJobsRequest) (*world.Sorted[*dlc.SparkJobInfo], error) {
	list, err := filtered(s.jobs.List(s.world.Now()), in.Filters, filterFields[*dlc.SparkJobInfo]{
		"spark-job-name": func(j *dlc.SparkJobInfo, value string) bool { return j.JobName == value },
		"spark-job-id":   func(j *dlc.SparkJobInfo, value string) bool { return j.JobID == value },
		"spark-app-type": func(j *dlc.SparkJobInfo, value string) bool { return strconv.Itoa(int(j.JobType)) == value },
		"user-name":      func(j *dlc.SparkJobInfo, value string) bool { return j.JobCreator == value },
		"key-word": func(j *dlc.SparkJobInfo, value string) bool {
			return strings.Contains(j.JobName, value) || strings.Contains(j.JobID, value)
		},
	})
	if err != nil {
		return nil, err
	}
	from, to := cloud.TimeString(in.StartTime).Time(), cloud.TimeString(in.EndTime).Time()
	list = slices.DeleteFunc(list, func(j *dlc.SparkJobInfo) bool {
		updated := j.JobUpdateTime.Time()
		return in.StartTime != "" && updated.Before(from) || in.EndTime != "" && updated.After(to)
	})
	return world.Sort(descending(list, in.Sorting == dlc.SortingDescending), nil), nil
}

// sparkApp returns a job with an ID.
func (s *Service) sparkApp(id string) (dlc.SparkJobInfo, error) {
	_, j, ok := s.jobs.By(s.world.Now(), id)
	if !ok {
		return j, refuse("InvalidParameter.SparkJobNotFound", "The job %q does not exist.", id)
	}
	return j, nil
}

// changeSparkApp changes a job. Its name is its key, so a new name moves it.
func (s *Service) changeSparkApp(id string, change func(dlc.SparkJobInfo) dlc.SparkJobInfo) error {
	before, err := s.sparkApp(id)
	if err != nil {
		return err
	}
	after := change(before)
	if _, ok := s.jobs.Row(after.JobName).Actual(s.world.Now()); ok && after.JobName != before.JobName {
		return refuse("InvalidParameter.SparkJobNotUnique", "The job %q already exists.", after.JobName)
	}
	if after.JobName != before.JobName {
		remove(s, s.jobs, before.JobName)
	}
	after.JobUpdateTime = cloud.Milliseconds(s.world.Now())
	s.jobs.Add(after.JobName, s.world.Now(), after)
	return nil
}

func (s *Service) modifySparkApp(r *front.Received, in dlc.ModifySparkAppRequest) (any, error) {
	err := s.changeSparkApp(in.SparkAppID, func(j dlc.SparkJobInfo) dlc.SparkJobInfo {
		return applySparkApp(j, world.CommonTo[dlc.CreateSparkAppRequest](in))
	})
	if err != nil {
		return nil, err
	}
	return &dlc.ModifySparkAppResponse{RequestID: r.RequestID}, nil
}

func (s *Service) modifySparkAppForTDLC(r *front.Received, in dlc.ModifySparkAppForTDLCRequest) (any, error) {
	err := s.changeSparkApp(in.SparkAppID, func(j dlc.SparkJobInfo) dlc.SparkJobInfo {
		return applySparkApp(j, world.CommonTo[dlc.CreateSparkAppRequest](in))
	})
	if err != nil {
		return nil, err
	}
	return &dlc.ModifySparkAppForTDLCResponse{RequestID: r.RequestID}, nil
}

// modifySparkApps changes the size of jobs, all or none.
func (s *Service) modifySparkApps(r *front.Received, in dlc.ModifySparkAppBatchRequest) (any, error) {
	for _, id := range in.SparkAppID {
		if _, err := s.sparkApp(id); err != nil {
			return nil, err
		}
	}
	for _, id := range in.SparkAppID {
		err := s.changeSparkApp(id, func(j dlc.SparkJobInfo) dlc.SparkJobInfo {
			j.DataEngine = cmp.Or(in.DataEngine, j.DataEngine)
			j.JobDriverSize, j.JobExecutorSize = cmp.Or(in.AppDriverSize, j.JobDriverSize), cmp.Or(in.AppExecutorSize, j.JobExecutorSize)
			j.JobExecutorNums = cmp.Or(in.AppExecutorNums, j.JobExecutorNums)
			j.JobExecutorMaxNumbers = cmp.Or(in.AppExecutorMaxNumbers, j.JobExecutorMaxNumbers)
			if in.IsInherit != nil {
				j.IsInherit = *in.IsInherit
			}
			return j
		})
		if err != nil {
			return nil, err
		}
	}
	return &dlc.ModifySparkAppBatchResponse{RequestID: r.RequestID}, nil
}

// deleteSparkApp deletes a job. Its runs stay.
func (s *Service) deleteSparkApp(r *front.Received, in dlc.DeleteSparkAppRequest) (any, error) {
	if _, ok := s.jobs.Row(in.AppName).Actual(s.world.Now()); !ok {
		return nil, refuse("InvalidParameter.SparkJobNotFound", "The job %q does not exist.", in.AppName)
	}
	remove(s, s.jobs, in.AppName)
	return &dlc.DeleteSparkAppResponse{RequestID: r.RequestID}, nil
}
