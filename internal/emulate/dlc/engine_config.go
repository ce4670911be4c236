package dlc

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) engineConfigOperations() front.Handlers {
	return front.Handlers{
		"UpdateUserDataEngineConfig":          front.Handle(s.updateUserConfig),
		"DescribeUserDataEngineConfig":        front.Handle(s.describeUserConfigs),
		"UpdateDataEngineConfig":              front.Handle(s.updateEngineConfig),
		"ModifyDataEngineDescription":         front.Handle(s.modifyEngineDescription),
		"RenewDataEngine":                     front.Handle(s.renewEngine),
		"SwitchDataEngine":                    front.Handle(s.switchEngine),
		"DescribeEngineUsageInfo":             front.Handle(s.describeEngineUsage),
		"DescribeEngineNodeSpec":              front.Handle(s.describeNodeSpec),
		"DescribeDataEngineSessionParameters": front.Handle(s.describeSessionParameters),
		"DescribeClusterMonitorInfos":         front.Handle(s.describeClusterMonitor),
		"DescribeResourceGroupUsageInfo":      front.Handle(s.describeGroupUsage),
	}
}

// AddUserDataEngineConfig adds the configuration of an engine, or replaces it, and returns the ID of the engine.
func (s *Service) AddUserDataEngineConfig(config dlc.DataEngineConfigInstanceInfo) (dataEngineID string) {
	s.userConfigs.Add(config.DataEngineID, s.world.Now(), config)
	return config.DataEngineID
}

func (s *Service) updateUserConfig(r *front.Received, in dlc.UpdateUserDataEngineConfigRequest) (any, error) {
	if _, _, err := s.engine(in.DataEngineID); err != nil {
		return nil, err
	}
	v, _ := s.userConfigs.Row(in.DataEngineID).Actual(s.world.Now())
	v.DataEngineID = in.DataEngineID
	if in.DataEngineConfigPairs != nil {
		v.DataEngineConfigPairs = in.DataEngineConfigPairs
	}
	if in.SessionResourceTemplate != nil {
		v.SessionResourceTemplate = in.SessionResourceTemplate
	}
	s.AddUserDataEngineConfig(v)
	return &dlc.UpdateUserDataEngineConfigResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeUserConfigs(r *front.Received, in dlc.DescribeUserDataEngineConfigRequest) (any, error) {
	type config = dlc.DataEngineConfigInstanceInfo
	list, err := filtered(s.userConfigs.List(s.world.Now()), in.Filters, filterFields[*config]{
		"engine-id": func(v *config, value string) bool { return v.DataEngineID == value },
		"app-id":    func(_ *config, value string) bool { return value == applicationID },
	})
	if err == nil {
		_, err = orderBy(in.SortBy, true, orders[config]{"create-time": nil})
	}
	if err != nil {
		return nil, err
	}
	list = descending(list, in.Sorting == dlc.SortingDescending)
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeUserDataEngineConfigResponse{
		DataEngineConfigInstanceInfos: world.Copies(page), TotalCount: len(list), RequestID: r.RequestID,
	}, nil
}

// updateEngineConfig sets where results go, which no operation shows.
func (s *Service) updateEngineConfig(r *front.Received, in dlc.UpdateDataEngineConfigRequest) (any, error) {
	for _, id := range in.DataEngineIDs {
		if _, _, err := s.engine(id); err != nil {
			return nil, err
		}
	}
	return &dlc.UpdateDataEngineConfigResponse{RequestID: r.RequestID}, nil
}

// amendEngine changes the engine of a name at once, also in the states that are planned for it.
func (s *Service) amendEngine(name string, change func(*dlc.DataEngineInfo)) error {
	row, _, err := s.engine(s.engineID(name))
	if err != nil {
		return err
	}
	now := s.world.Now()
	row.Amend(now, now.Add(s.world.StaleReads), func(e dlc.DataEngineInfo) dlc.DataEngineInfo {
		change(&e)
		e.UpdateTime = max(cloud.Seconds(now), e.UpdateTime)
		return e
	})
	return nil
}

func (s *Service) modifyEngineDescription(r *front.Received, in dlc.ModifyDataEngineDescriptionRequest) (any, error) {
	err := s.amendEngine(in.DataEngineName, func(e *dlc.DataEngineInfo) { e.Message = in.Message })
	return &dlc.ModifyDataEngineDescriptionResponse{RequestID: r.RequestID}, err
}

// renewEngine extends the subscription of an engine from its end, or from now if it has none.
func (s *Service) renewEngine(r *front.Received, in dlc.RenewDataEngineRequest) (any, error) {
	err := s.amendEngine(in.DataEngineName, func(e *dlc.DataEngineInfo) {
		end := s.world.Now()
		if expires := e.ExpireTime.Time(); expires.After(end) {
			end = expires
		}
		e.ExpireTime = beijingTime(end.AddDate(0, in.TimeSpan, 0))
		if in.RenewFlag != nil {
			e.RenewFlag = *in.RenewFlag
		}
	})
	return &dlc.RenewDataEngineResponse{RequestID: r.RequestID}, err
}

func (s *Service) switchEngine(r *front.Received, in dlc.SwitchDataEngineRequest) (any, error) {
	err := s.amendEngine(in.DataEngineName, func(e *dlc.DataEngineInfo) { e.StartStandbyCluster = in.StartStandbyCluster })
	return &dlc.SwitchDataEngineResponse{RequestID: r.RequestID}, err
}

// describeEngineUsage shows what the list of engines says of the size and the use of an engine.
func (s *Service) describeEngineUsage(r *front.Received, in dlc.DescribeEngineUsageInfoRequest) (any, error) {
	engine, ok := s.engines.Row(in.DataEngineID).Visible(s.world.Now())
	if !ok {
		return nil, engineNotFound(in.DataEngineID)
	}
	used := min(engine.EngineResourceUsedCU, engine.Size)
	out := &dlc.DescribeEngineUsageInfoResponse{Total: engine.Size, Used: used, RequestID: r.RequestID}
	out.Available = out.Total - out.Used
	if out.Total > 0 {
		out.AvailPercent = 100 * out.Available / out.Total
	}
	return out, nil
}

// nodeSpecs are the sizes of drivers and executors. A CU has one core and 4 GB.
var nodeSpecs = []dlc.SpecInfo{
	{Name: "small", CU: 1, CPU: 1, Memory: 4}, {Name: "medium", CU: 2, CPU: 2, Memory: 8},
	{Name: "large", CU: 4, CPU: 4, Memory: 16}, {Name: "xlarge", CU: 8, CPU: 8, Memory: 32},
}

func (s *Service) describeNodeSpec(r *front.Received, in dlc.DescribeEngineNodeSpecRequest) (any, error) {
	if _, _, err := s.engine(s.engineID(in.DataEngineName)); err != nil {
		return nil, err
	}
	return &dlc.DescribeEngineNodeSpecResponse{DriverSpec: nodeSpecs, ExecutorSpec: nodeSpecs, RequestID: r.RequestID}, nil
}

// describeSessionParameters shows none: images are not looked into.
func (s *Service) describeSessionParameters(r *front.Received, in dlc.DescribeDataEngineSessionParametersRequest) (any, error) {
	_, _, err := s.engine(in.DataEngineID)
	return &dlc.DescribeDataEngineSessionParametersResponse{RequestID: r.RequestID}, err
}

// describeClusterMonitor shows no measurements: nothing runs.
func (s *Service) describeClusterMonitor(r *front.Received, in dlc.DescribeClusterMonitorInfosRequest) (any, error) {
	_, _, err := s.engine(in.DataEngineID)
	return &dlc.DescribeClusterMonitorInfosResponse{Info: "[]", RequestID: r.RequestID}, err
}

// describeGroupUsage shows the size of the engine that a notebook session runs on.
func (s *Service) describeGroupUsage(r *front.Received, in dlc.DescribeResourceGroupUsageInfoRequest) (any, error) {
	session, ok := s.sessions.Row(in.SessionID).Visible(s.world.Now())
	if !ok {
		return nil, sessionNotFound(in.SessionID)
	}
	engine, _ := s.engines.Row(s.engineID(session.DataEngineName)).Visible(s.world.Now())
	used := min(cmp.Or(session.ExecutorNumbers, 1), engine.Size)
	return &dlc.DescribeResourceGroupUsageInfoResponse{
		Total: engine.Size, Used: used, Available: engine.Size - used, RequestID: r.RequestID,
	}, nil
}
