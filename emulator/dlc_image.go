package emulator

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcImage is an image version with its minor versions, oldest first.
type dlcImage struct {
	dlc.DataEngineImageVersion
	children []string
}

// latest is the newest minor version, which an engine gets with the image.
func (i *dlcImage) latest() string {
	if i == nil || len(i.children) == 0 {
		return ""
	}
	return i.children[len(i.children)-1]
}

// AddDataEngineImage makes an image version known, so that engines can be switched to it, and
// returns its id. What is left empty becomes that of a public SparkSQL image that is online. The
// children are ids of its minor versions, oldest first.
func (e *Emulator) AddDataEngineImage(image dlc.DataEngineImageVersion, children ...string) (imageVersionID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := copyOf(image)
	at := e.now().Format("2006-01-02 15:04:05")
	i.ImageVersionID = cmp.Or(i.ImageVersionID, newUUID())
	i.EngineType = cmp.Or(i.EngineType, "SparkSQL")
	i.ImageVersion = cmp.Or(i.ImageVersion, i.EngineType+" 1.0")
	i.IsPublic = cmp.Or(i.IsPublic, 1)
	i.IsSharedEngine = cmp.Or(i.IsSharedEngine, 2)
	i.State = cmp.Or(i.State, dlc.ImageVersionOnline)
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
	row, engine, err := s.engine(in.DataEngineID)
	if err != nil {
		return nil, err
	}
	image := s.image(in.NewImageVersionID)
	switch {
	case engine.State != dlc.DataEngineRunning:
		return nil, &refusal{code: "ResourceNotFound.DataEngineNotActivity", message: "The data engine " + in.DataEngineID + " is in state " + strconv.Itoa(int(engine.State)) + ", not running."}
	case image == nil:
		return nil, &refusal{code: "ResourceNotFound.ImageVersionNotFound", message: "There is no image version " + in.NewImageVersionID + "."}
	case image.State != dlc.ImageVersionOnline:
		return nil, &refusal{code: "ResourceNotFound.ImageVersionNotActivity", message: "The image version " + in.NewImageVersionID + " is not online."}
	case image.EngineType != engine.EngineTypeDetail:
		return nil, &refusal{code: "InvalidParameter.ImageEngineTypeNotMatch", message: "The image is for " + image.EngineType + ", the engine is of type " + engine.EngineTypeDetail + "."}
	}
	s.startSwitch(row, engine, image)
	return &dlc.SwitchDataEngineImageResponse{RequestID: r.requestID}, nil
}

// startSwitch plans a switch. The engine restarts with its new image; after a failure, with the old
// one and a message.
func (s *dlcService) startSwitch(row *timeline[dlc.DataEngineInfo], before dlc.DataEngineInfo, image *dlcImage) {
	c := s.emulator.begin("dlc", "SwitchDataEngineImage")
	starting := before
	starting.State, starting.Message, starting.UpdateTime = dlc.DataEngineStarting, "", c.start.Unix()

	after := before
	after.Message, after.UpdateTime = c.Reason, c.end.Unix()
	if c.failed() {
		after.Message = cmp.Or(c.Reason, "The image could not be switched; the engine runs the one that it ran before.")
	} else {
		after.ImageVersionID, after.ImageVersionName = image.ImageVersionID, image.ImageVersion
		after.ChildImageVersionID = image.latest()
	}
	if state, err := strconv.Atoi(c.State); err == nil {
		after.State = dlc.DataEngineState(state)
	}
	during(row, c, c.start, starting)
	finish(row, c, after)
}

// imageEngineTypes are the types of engines that have images.
var imageEngineTypes = []string{"SparkSQL", "PrestoSQL", "SparkBatch", "StandardSpark", "StandardPresto"}

func (s *dlcService) describeImages(r *received, in dlc.DescribeDataEngineImageVersionsRequest) (any, error) {
	if !slices.Contains(imageEngineTypes, in.EngineType) {
		return nil, &refusal{code: "InvalidParameter.ImageEngineTypeNotMatch", message: "EngineType must be one of " + strings.Join(imageEngineTypes, ", ") + "."}
	}
	list := []dlc.DataEngineImageVersion{}
	for _, i := range s.images {
		if i.EngineType == in.EngineType {
			list = append(list, i.DataEngineImageVersion)
		}
	}
	slices.SortStableFunc(list, func(a, b dlc.DataEngineImageVersion) int {
		if in.Sort == "UpdateTime" {
			return strings.Compare(a.UpdateTime, b.UpdateTime)
		}
		return strings.Compare(a.InsertTime, b.InsertTime)
	})
	if in.Asc == nil || !*in.Asc {
		slices.Reverse(list)
	}
	return &dlc.DescribeDataEngineImageVersionsResponse{ImageParentVersions: list, Total: len(list), RequestID: r.requestID}, nil
}

// checkUpgrade looks for a newer minor version of the image that the engine has.
func (s *dlcService) checkUpgrade(r *received, in dlc.CheckDataEngineImageCanBeUpgradeRequest) (any, error) {
	_, engine, err := s.engine(in.DataEngineID)
	if err != nil {
		return nil, err
	}
	out := &dlc.CheckDataEngineImageCanBeUpgradeResponse{RequestID: r.requestID}
	if latest := s.image(engine.ImageVersionID).latest(); latest != "" && latest != engine.ChildImageVersionID {
		out.IsUpgrade, out.ChildImageVersionID = true, latest
	}
	return out, nil
}
