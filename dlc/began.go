package dlc

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// A starter prepares changes for the way back from others. The changes call it through this interface: Go allows no
// variables of a package that refer to each other, as those of two changes would that take each other back.
type starter interface {
	PrepareUpgradeDataEngineImage(context.Context, UpgradeDataEngineImageRequest) (*cloud.Change[DescribeDataEngineResponse], error)
	PrepareStartRayCluster(context.Context, StartRayClusterRequest) (*cloud.Change[GetRayClusterResponse], error)
	PrepareStartLab(context.Context, StartLabRequest) (*cloud.Change[GetLabDetailResponse], error)
	PrepareRestartInferenceService(context.Context, RestartInferenceServiceRequest) (*cloud.Change[GetInferenceServiceResponse], error)
	PrepareLaunchStandardEngineResourceGroups(
		context.Context, LaunchStandardEngineResourceGroupsRequest,
	) (*cloud.Change[StandardEngineResourceGroupInfo], error)
}

func (c *Client) starter() starter { return c }

// noWayBack is the error of a change of a kind that can be taken back, where this one cannot.
func noWayBack(why string) error {
	return &cloud.Error{Kind: cloud.ErrUnsupported, Message: "there is no way back from this change: " + why}
}

// notCreated is the error of undoing a creation when something else has the name: undoing would delete that.
func notCreated(what, name string) error {
	return &cloud.Error{Kind: cloud.ErrSuperseded, Message: "the name " + strconv.Quote(name) + " belongs to another " + what}
}

// signs are what a resource shows of a change.
type signs struct {
	met       bool // it is as requested
	wasMet    bool // it was so before
	underway  bool // its state is one that only a change like this one leads to
	unchanged bool // it shows nothing that it did not show before
	failed    bool // it has failed since
	lost      bool // its state is one that ends any change
	replaced  bool // what was to be changed has a third value, so that another change came before or after this one
	other     bool // it shows a change that is not like this one
	explained bool // it has a message, which says why a change failed
}

// status reports whether a resource shows that a change has begun, by this or another caller who asked for the same.
// While any change is under way, that shows at its end. What is at rest, was updated and shows nothing else may be back
// from this change or from another one.
func (s signs) status(d difference, state string) (cloud.StartStatus, error) {
	switch {
	case d.earlier:
		return cloud.Uncertain, nil // a stale read
	case s.met && !s.wasMet, s.underway:
		return cloud.Begun, nil
	case s.unchanged:
		return cloud.NotBegun, nil
	case s.failed:
		return cloud.Begun, nil
	case s.lost:
		return cloud.Uncertain, nil
	case !d.settled:
		return cloud.Uncertain, fmt.Errorf("the %s; whether this change is the cause shows when it is at rest", state)
	case s.replaced:
		return cloud.Uncertain, nil
	case s.other:
		return cloud.NotBegun, nil
	case d.later && (s.met || s.explained):
		return cloud.Begun, nil
	}
	return cloud.Uncertain, nil
}

// unanimous returns the status of a change of several resources: uncertain unless all show the same.
func unanimous(all []cloud.StartStatus) cloud.StartStatus {
	if len(slices.Compact(all)) != 1 {
		return cloud.Uncertain
	}
	return all[0]
}

// onlyAsked returns old without the optional members that asked leaves out, because they stay as they are.
func onlyAsked[R any](asked, old *R) *R {
	from, to := reflect.ValueOf(asked).Elem(), reflect.ValueOf(old).Elem()
	for i := range from.NumField() {
		if strings.HasSuffix(from.Type().Field(i).Tag.Get("json"), ",omitzero") && from.Field(i).IsZero() {
			to.Field(i).SetZero()
		}
	}
	return old
}
