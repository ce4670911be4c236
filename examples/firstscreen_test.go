package examples_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// The functions below are the first code in the documentation of their packages. They compile, but go to the real services.

func firstScreenOfFinspace(ctx context.Context) error {
	c, err := finspace.New(cloud.Config{Region: "us-east-1"})
	if err != nil {
		return err
	}
	w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: "kx7example", ClusterName: "hdb-prod",
		Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"},
	})
	if err != nil {
		return err
	}
	cluster, err := w.Wait(ctx)
	if err != nil {
		return err // with the reason of the service, if the change failed
	}
	fmt.Println(cluster.ClusterName, "runs", cluster.Code.S3Key)
	return nil
}

func firstScreenOfProton(ctx context.Context, spec string) error {
	c, err := proton.New(cloud.Config{Region: "us-east-1"})
	if err != nil {
		return err
	}
	w, err := c.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
		ServiceName: "shop", Name: "prod",
		DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: spec,
	})
	if err != nil {
		return err
	}
	instance, err := w.Wait(ctx)
	if err != nil {
		return err // with the reason of the service, if the change failed
	}
	fmt.Println(instance.ServiceInstance.DeploymentStatus)
	return nil
}

func firstScreenOfFlink(ctx context.Context) error {
	c, err := flink.New(cloud.Config{Region: "cn-hangzhou"},
		flink.WithWorkspace("a14bd5d90a1234"), flink.WithNamespace("default-namespace"))
	if err != nil {
		return err
	}
	w, err := c.BeginHotUpdateJob(ctx, flink.HotUpdateJobRequest{JobID: "88a8fc49-e090-430a-85d8-3ee8c79c0001"})
	if err != nil {
		return err
	}
	result, err := w.Wait(ctx)
	if err != nil {
		return err // with the reason of the service, if the change failed
	}
	fmt.Println(result.Data.Status.Status)
	return nil
}

func firstScreenOfDLC(ctx context.Context) error {
	c, err := dlc.New(cloud.Config{Region: "ap-guangzhou"})
	if err != nil {
		return err
	}
	w, err := c.BeginSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{
		DataEngineID: "DataEngine-1", NewImageVersionID: "7ac9cc78-bc95-440f-9768-4f4a79048755",
	})
	if err != nil {
		return err
	}
	engine, err := w.Wait(ctx)
	if err != nil {
		return err // with the reason of the service, if the change failed
	}
	fmt.Println(engine.DataEngine.DataEngineName, "runs", engine.DataEngine.ImageVersionID)
	return nil
}

var _ = []any{firstScreenOfFinspace, firstScreenOfProton, firstScreenOfFlink, firstScreenOfDLC} // nobody calls them

// TestFirstScreens checks that what a reader pastes from the documentation of a package compiles, and where it leads.
func TestFirstScreens(t *testing.T) {
	t.Parallel()
	compiled, err := os.ReadFile("firstscreen_test.go")
	require.NoError(t, err)
	firstCode := regexp.MustCompile(`(?m)^//\n((?://\t.*\n)+)`)
	for _, name := range []string{"finspace", "proton", "flink", "dlc"} {
		text, err := os.ReadFile("../" + name + "/doc.go")
		require.NoError(t, err)
		code := strings.ReplaceAll(firstCode.FindStringSubmatch(string(text))[1], "//\t", "\t")
		assert.Contains(t, string(compiled), code, name)
		for _, leads := range []string{"[Operations by resource]: https://", "#hdr-Operations_by_resource", "can be changed and waited for"} {
			assert.Contains(t, string(text), leads, name)
		}
	}
}
