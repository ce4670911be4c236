package emulator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcImage is an image version with its minor versions, oldest first.
type dlcImage struct {
	dlc.DataEngineImageVersion
	children []string
}

// latest returns the newest minor version, which an engine gets with the image.
func (i *dlcImage) latest() string {
	if i == nil || len(i.children) == 0 {
		return ""
	}
	return i.children[len(i.children)-1]
}

// before returns the minor version before child.
func (i *dlcImage) before(child string) string {
	if i == nil {
		return ""
	}
	if n := slices.Index(i.children, child); n > 0 {
		return i.children[n-1]
	}
	return ""
}

func (s *dlcService) imageActions() map[string]dlcAction {
	return map[string]dlcAction{
		"SwitchDataEngineImage":            action(s.switchImage),
		"UpgradeDataEngineImage":           action(s.upgradeImage),
		"RollbackDataEngineImage":          action(s.rollBackImage),
		"DescribeDataEngineImageVersions":  action(s.describeImages),
		"CheckDataEngineImageCanBeUpgrade": action(s.checkUpgrade),

		"CheckDataEngineImageCanBeRollback": action(s.checkRollback),
	}
}

// AddDataEngineImage adds an image version that engines can be switched to, or replaces the one with its ID,
// and returns the ID. Empty fields default to those of a public SparkSQL image that is online. The children are
// the IDs of its minor versions, oldest first.
func (e *Emulator) AddDataEngineImage(image dlc.DataEngineImageVersion, children ...string) (imageVersionID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := deepCopy(image)
	at := beijingTime(e.now())
	i.ImageVersionID = cmp.Or(i.ImageVersionID, newUUID())
	i.EngineType = cmp.Or(i.EngineType, "SparkSQL")
	i.ImageVersion = cmp.Or(i.ImageVersion, i.EngineType+" 1.0")
	i.IsPublic = cmp.Or(i.IsPublic, 1)
	i.IsSharedEngine = cmp.Or(i.IsSharedEngine, 2)
	i.State = cmp.Or(i.State, dlc.ImageVersionStateOnline)
	i.InsertTime = cmp.Or(i.InsertTime, at)
	i.UpdateTime = cmp.Or(i.UpdateTime, i.InsertTime)
	e.dlc.images = slices.DeleteFunc(e.dlc.images, func(old dlcImage) bool { return old.ImageVersionID == i.ImageVersionID })
	e.dlc.images = append(e.dlc.images, dlcImage{i, slices.Clone(children)})
	return i.ImageVersionID
}

func (s *dlcService) image(id string) *dlcImage {
	for i := range s.images {
		if s.images[i].ImageVersionID == id {
			return &s.images[i]
		}
	}
	return nil
}

func (s *dlcService) switchImage(r *received, in dlc.SwitchDataEngineImageRequest) (any, error) {
	row, engine, err := s.engineInState(in.DataEngineID, dlc.DataEngineStateRunning)
	if err != nil {
		return nil, err
	}
	image := s.image(in.NewImageVersionID)
	switch {
	case image == nil:
		return nil, &refusal{
			code:    "ResourceNotFound.ImageVersionNotFound",
			message: "The image version " + in.NewImageVersionID + " does not exist.",
		}
	case image.State != dlc.ImageVersionStateOnline:
		return nil, &refusal{
			code:    "ResourceNotFound.ImageVersionNotActivity",
			message: "The image version " + in.NewImageVersionID + " is not online.",
		}
	case image.EngineType != engine.EngineTypeDetail:
		return nil, &refusal{
			code:    "InvalidParameter.ImageEngineTypeNotMatch",
			message: "The image is for the engine type " + image.EngineType + ", not for " + engine.EngineTypeDetail + ".",
		}
	}
	s.changeEngine("SwitchDataEngineImage", row, engine, dlc.DataEngineStateStarting, imageFailure, func(e *dlc.DataEngineInfo) {
		e.ImageVersionID, e.ImageVersionName = image.ImageVersionID, image.ImageVersion
		e.ChildImageVersionID = image.latest()
	})
	return &dlc.SwitchDataEngineImageResponse{RequestID: r.requestID}, nil
}

// imageFailure is the default message of an engine whose image could not be changed.
const imageFailure = "The image could not be switched. The engine still runs the previous one."

func (s *dlcService) upgradeImage(r *received, in dlc.UpgradeDataEngineImageRequest) (any, error) {
	row, engine, err := s.engineInState(in.DataEngineID, dlc.DataEngineStateRunning)
	if err != nil {
		return nil, err
	}
	child := s.upgradeOf(engine)
	if child == "" {
		return nil, &refusal{
			code:    "InvalidParameter.DataEngineImageOperateNotMatch",
			message: "The image of the data engine " + in.DataEngineID + " has no newer minor version.",
		}
	}
	s.changeEngine("UpgradeDataEngineImage", row, engine, dlc.DataEngineStateStarting, imageFailure, func(e *dlc.DataEngineInfo) {
		e.ChildImageVersionID = child
	})
	return &dlc.UpgradeDataEngineImageResponse{RequestID: r.requestID}, nil
}

// rollBackImage returns an engine to the minor version before its current one.
func (s *dlcService) rollBackImage(r *received, in dlc.RollbackDataEngineImageRequest) (any, error) {
	row, engine, err := s.engineInState(in.DataEngineID, dlc.DataEngineStateRunning)
	if err != nil {
		return nil, err
	}
	child := s.image(engine.ImageVersionID).before(engine.ChildImageVersionID)
	if child == "" {
		return nil, &refusal{
			code:    "InvalidParameter.DataEngineImageOperateNotMatch",
			message: "The image of the data engine " + in.DataEngineID + " has no earlier minor version.",
		}
	}
	s.changeEngine("RollbackDataEngineImage", row, engine, dlc.DataEngineStateStarting, imageFailure, func(e *dlc.DataEngineInfo) {
		e.ChildImageVersionID = child
	})
	return &dlc.RollbackDataEngineImageResponse{RequestID: r.requestID}, nil
}

// imageEngineTypes are the types of engines that have images.
var imageEngineTypes = []string{"SparkSQL", "PrestoSQL", "SparkBatch", "StandardSpark", "StandardPresto"}

func (s *dlcService) describeImages(r *received, in dlc.DescribeDataEngineImageVersionsRequest) (any, error) {
	if !slices.Contains(imageEngineTypes, in.EngineType) {
		return nil, &refusal{
			code:    "InvalidParameter.ImageEngineTypeNotMatch",
			message: "EngineType must be one of " + strings.Join(imageEngineTypes, ", ") + ".",
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
	return &dlc.DescribeDataEngineImageVersionsResponse{ImageParentVersions: list, Total: len(list), RequestID: r.requestID}, nil
}

// checkUpgrade reports a newer minor version of the engine's image.
func (s *dlcService) checkUpgrade(r *received, in dlc.CheckDataEngineImageCanBeUpgradeRequest) (any, error) {
	_, engine, err := s.engine(in.DataEngineID)
	if err != nil {
		return nil, err
	}
	out := &dlc.CheckDataEngineImageCanBeUpgradeResponse{RequestID: r.requestID}
	out.ChildImageVersionID = s.upgradeOf(engine)
	out.IsUpgrade = out.ChildImageVersionID != ""
	return out, nil
}

// checkRollback reports an earlier minor version of the engine's image. Its records are the minor versions.
func (s *dlcService) checkRollback(r *received, in dlc.CheckDataEngineImageCanBeRollbackRequest) (any, error) {
	_, engine, err := s.engine(in.DataEngineID)
	if err != nil {
		return nil, err
	}
	out := &dlc.CheckDataEngineImageCanBeRollbackResponse{RequestID: r.requestID}
	if child := s.image(engine.ImageVersionID).before(engine.ChildImageVersionID); child != "" {
		out.IsRollback, out.ToRecordID, out.FromRecordID = true, child, engine.ChildImageVersionID
	}
	return out, nil
}

// upgradeOf returns the minor version that an engine can be upgraded to.
func (s *dlcService) upgradeOf(engine dlc.DataEngineInfo) string {
	if latest := s.image(engine.ImageVersionID).latest(); latest != engine.ChildImageVersionID {
		return latest
	}
	return ""
}
