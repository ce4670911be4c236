package dlc

import (
	"cmp"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// imageVersion is an image version with its minor versions, oldest first.
type imageVersion struct {
	dlc.DataEngineImageVersion
	children []string
}

// latest returns the newest minor version, which an engine gets with the image.
func (i *imageVersion) latest() string {
	if i == nil || len(i.children) == 0 {
		return ""
	}
	return i.children[len(i.children)-1]
}

// before returns the minor version before child.
func (i *imageVersion) before(child string) string {
	if i == nil {
		return ""
	}
	if n := slices.Index(i.children, child); n > 0 {
		return i.children[n-1]
	}
	return ""
}

func (s *Service) imageOperations() front.Handlers {
	return front.Handlers{
		"SwitchDataEngineImage":            front.Handle(s.switchImage),
		"UpgradeDataEngineImage":           front.Handle(s.upgradeImage),
		"RollbackDataEngineImage":          front.Handle(s.rollBackImage),
		"DescribeDataEngineImageVersions":  front.Handle(s.describeImages),
		"CheckDataEngineImageCanBeUpgrade": front.Handle(s.checkUpgrade),

		"CheckDataEngineImageCanBeRollback": front.Handle(s.checkRollback),
	}
}

// AddDataEngineImage adds an image version that engines can be switched to, or replaces the one with its ID, and returns the ID.
func (s *Service) AddDataEngineImage(image dlc.DataEngineImageVersion, children ...string) (imageVersionID string) {
	i := image
	at := beijingTime(s.world.Now())
	i.ImageVersionID = cmp.Or(i.ImageVersionID, s.world.NewUUID())
	i.EngineType = cmp.Or(i.EngineType, "SparkSQL")
	i.ImageVersion = cmp.Or(i.ImageVersion, i.EngineType+" 1.0")
	i.IsPublic = cmp.Or(i.IsPublic, 1)
	i.IsSharedEngine = cmp.Or(i.IsSharedEngine, 2)
	i.State = cmp.Or(i.State, dlc.ImageVersionStateOnline)
	i.InsertTime = cmp.Or(i.InsertTime, at)
	i.UpdateTime = cmp.Or(i.UpdateTime, i.InsertTime)
	s.images = slices.DeleteFunc(s.images, func(old imageVersion) bool { return old.ImageVersionID == i.ImageVersionID })
	s.images = append(s.images, imageVersion{i, slices.Clone(children)})
	return i.ImageVersionID
}

func (s *Service) image(id string) *imageVersion {
	for i := range s.images {
		if s.images[i].ImageVersionID == id {
			return &s.images[i]
		}
	}
	return nil
}

func (s *Service) switchImage(r *front.Received, in dlc.SwitchDataEngineImageRequest) (any, error) {
	row, engine, err := s.engineInState(in.DataEngineID, dlc.DataEngineStateRunning)
	if err != nil {
		return nil, err
	}
	image := s.image(in.NewImageVersionID)
	switch {
	case image == nil:
		return nil, &front.Refusal{
			Code:    "ResourceNotFound.ImageVersionNotFound",
			Message: "The image version " + in.NewImageVersionID + " does not exist.",
		}
	case image.State != dlc.ImageVersionStateOnline:
		return nil, &front.Refusal{
			Code:    "ResourceNotFound.ImageVersionNotActivity",
			Message: "The image version " + in.NewImageVersionID + " is not online.",
		}
	case image.EngineType != engine.EngineTypeDetail:
		return nil, &front.Refusal{
			Code:    "InvalidParameter.ImageEngineTypeNotMatch",
			Message: "The image is for the engine type " + image.EngineType + ", not for " + engine.EngineTypeDetail + ".",
		}
	}
	s.changeEngine("SwitchDataEngineImage", row, engine, dlc.DataEngineStateStarting, imageFailure, func(e *dlc.DataEngineInfo) {
		e.ImageVersionID, e.ImageVersionName = image.ImageVersionID, image.ImageVersion
		e.ChildImageVersionID = image.latest()
	})
	return &dlc.SwitchDataEngineImageResponse{RequestID: r.RequestID}, nil
}

// imageFailure is the default message of an engine whose image could not be changed.
const imageFailure = "The image could not be switched. The engine still runs the previous one."

func (s *Service) upgradeImage(r *front.Received, in dlc.UpgradeDataEngineImageRequest) (any, error) {
	row, engine, err := s.engineInState(in.DataEngineID, dlc.DataEngineStateRunning)
	if err != nil {
		return nil, err
	}
	child := s.upgradeOf(engine)
	if child == "" {
		return nil, &front.Refusal{
			Code:    "InvalidParameter.DataEngineImageOperateNotMatch",
			Message: "The image of the data engine " + in.DataEngineID + " has no newer minor version.",
		}
	}
	s.changeEngine("UpgradeDataEngineImage", row, engine, dlc.DataEngineStateStarting, imageFailure, func(e *dlc.DataEngineInfo) {
		e.ChildImageVersionID = child
	})
	return &dlc.UpgradeDataEngineImageResponse{RequestID: r.RequestID}, nil
}

// rollBackImage returns an engine to the minor version before its current one.
func (s *Service) rollBackImage(r *front.Received, in dlc.RollbackDataEngineImageRequest) (any, error) {
	row, engine, err := s.engineInState(in.DataEngineID, dlc.DataEngineStateRunning)
	if err != nil {
		return nil, err
	}
	child := s.image(engine.ImageVersionID).before(engine.ChildImageVersionID)
	if child == "" {
		return nil, &front.Refusal{
			Code:    "InvalidParameter.DataEngineImageOperateNotMatch",
			Message: "The image of the data engine " + in.DataEngineID + " has no earlier minor version.",
		}
	}
	s.changeEngine("RollbackDataEngineImage", row, engine, dlc.DataEngineStateStarting, imageFailure, func(e *dlc.DataEngineInfo) {
		e.ChildImageVersionID = child
	})
	return &dlc.RollbackDataEngineImageResponse{RequestID: r.RequestID}, nil
}

// imageEngineTypes are the types of engines that have images.
var imageEngineTypes = []string{"SparkSQL", "PrestoSQL", "SparkBatch", "StandardSpark", "StandardPresto"}

func (s *Service) describeImages(r *front.Received, in dlc.DescribeDataEngineImageVersionsRequest) (any, error) {
	if !slices.Contains(imageEngineTypes, in.EngineType) {
		return nil, &front.Refusal{
			Code:    "InvalidParameter.ImageEngineTypeNotMatch",
			Message: "EngineType must be one of " + strings.Join(imageEngineTypes, ", ") + ".",
		}
	}
	list := []dlc.DataEngineImageVersion{}
	for _, i := range s.images {
		if i.EngineType == in.EngineType {
			list = append(list, i.DataEngineImageVersion)
		}
	}
	slices.SortStableFunc(list, func(a, b dlc.DataEngineImageVersion) int {
		if in.Sort == "UpdateTime" {
			return cmp.Compare(a.UpdateTime, b.UpdateTime)
		}
		return cmp.Compare(a.InsertTime, b.InsertTime)
	})
	if in.Asc == nil || !*in.Asc {
		slices.Reverse(list)
	}
	return &dlc.DescribeDataEngineImageVersionsResponse{ImageParentVersions: list, Total: len(list), RequestID: r.RequestID}, nil
}

// checkUpgrade reports a newer minor version of the engine's image.
func (s *Service) checkUpgrade(r *front.Received, in dlc.CheckDataEngineImageCanBeUpgradeRequest) (any, error) {
	_, engine, err := s.engine(in.DataEngineID)
	if err != nil {
		return nil, err
	}
	out := &dlc.CheckDataEngineImageCanBeUpgradeResponse{RequestID: r.RequestID}
	out.ChildImageVersionID = s.upgradeOf(engine)
	out.IsUpgrade = out.ChildImageVersionID != ""
	return out, nil
}

// checkRollback reports an earlier minor version of the engine's image. Its records are the minor versions.
func (s *Service) checkRollback(r *front.Received, in dlc.CheckDataEngineImageCanBeRollbackRequest) (any, error) {
	_, engine, err := s.engine(in.DataEngineID)
	if err != nil {
		return nil, err
	}
	out := &dlc.CheckDataEngineImageCanBeRollbackResponse{RequestID: r.RequestID}
	if child := s.image(engine.ImageVersionID).before(engine.ChildImageVersionID); child != "" {
		out.IsRollback, out.ToRecordID, out.FromRecordID = true, child, engine.ChildImageVersionID
	}
	return out, nil
}

// upgradeOf returns the minor version that an engine can be upgraded to.
func (s *Service) upgradeOf(engine dlc.DataEngineInfo) string {
	if latest := s.image(engine.ImageVersionID).latest(); latest != engine.ChildImageVersionID {
		return latest
	}
	return ""
}
