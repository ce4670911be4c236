package pagetest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// demand names the environment variable that makes a missing browser a failure.
const demand = "PAGETEST_DEMAND_BROWSER"

// patience is how long the browser may take for anything, on the slowest machine.
const patience = 2 * time.Minute

// browserPath returns the path of Chromium, or skips the test.
func browserPath(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv(demand) != "" {
		t.Fatalf("there is no Chromium, and %s is set", demand)
	}
	t.Skipf("there is no Chromium; install the package chromium, or set %s to let this fail", demand)
	return ""
}

// open starts Chromium with the page of the emulator. It fails the test when the page reports an error.
func open(t *testing.T, emu *emulator.Emulator) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browserPath(t)), chromedp.WindowSize(1280, 900),
		chromedp.WSURLReadTimeout(patience), chromedp.NoSandbox, // root has no sandbox
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	require.NoError(t, chromedp.Do(ctx)) // starts the browser, which lives as long as this context
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err == nil && (m.IsException() || m.Source == "security") {
				t.Errorf("the page reports: %s", m.Text)
			}
		}
	}()
	do(t, ctx, chromedp.Navigate(emu.URL()+"/_emulator/"), waitText("#connection", "live"))
	return ctx
}

type action = chromedp.Action[chromedp.Void]

func do(t *testing.T, ctx context.Context, actions ...action) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	require.NoError(t, chromedp.Do(ctx, actions...))
}

// waitText waits until an element of the page contains a text.
func waitText(selector, text string) action {
	return poll(`(selector, text) => [...document.querySelectorAll(selector)].some((e) => e.textContent.includes(text))`, selector, text)
}

// waitGone waits until no element of the page contains a text.
func waitGone(selector, text string) action {
	return poll(`(selector, text) => ![...document.querySelectorAll(selector)].some((e) => e.textContent.includes(text))`, selector, text)
}

func poll(condition, selector, text string) action {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.PollFunction[bool](condition, chromedp.WithPollingArgs(selector, text),
			chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(0))(ctx, target)
		if err != nil {
			err = fmt.Errorf("waiting for %q in %s: %w", text, selector, err)
		}
		return chromedp.Void{}, err
	}
}

func click(selector string) action   { return chromedp.Click(chromedp.CSS(selector)) }
func visible(selector string) action { return chromedp.WaitVisible(chromedp.CSS(selector)) }
func typeIn(selector, text string) action {
	return chromedp.SendKeys(chromedp.CSS(selector), text)
}

const (
	workspace = "a14bd5d90a1234"
	namespace = "default-namespace"
	reason    = "no capacity left in zone B"
)

// start starts an emulator with resources of all services.
func start(t *testing.T) *emulator.Emulator {
	t.Helper()
	emu, err := emulator.Start(emulator.WithChangeTime(20*time.Minute), emulator.WithStaleReads(0))
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	for _, name := range []string{"hdb-prod", "rdb-prod", "gateway"} {
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
			ClusterName: name, ClusterType: finspace.KxClusterTypeHDB,
			Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "v1.zip"}, InitializationScript: "init/start.q",
		})
	}
	emu.Proton.AddServiceInstance(proton.ServiceInstance{
		Name: "frontend-prod", ServiceName: "storefront", TemplateMajorVersion: "2", TemplateMinorVersion: "3",
	})
	emu.Flink.AddDeployment(workspace, namespace, flink.Deployment{DeploymentID: "58718c99-3b29-4c5e-93bb-c9fc4ec60001", Name: "orders"})
	emu.Flink.AddJob(workspace, namespace, flink.Job{
		JobID: "5af678c0-7db0-4650-94c2-d2604f0a0001", DeploymentID: "58718c99-3b29-4c5e-93bb-c9fc4ec60001",
	})
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "spark-3.2", ImageVersion: "Spark 3.2"}, "spark-3.2.1")
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "spark-3.5", ImageVersion: "Spark 3.5"}, "spark-3.5.1")
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{
		DataEngineID: "DataEngine-1a2b3c4d", DataEngineName: "reports", ImageVersionID: "spark-3.2", ChildImageVersionID: "spark-3.2.1",
	})
	return emu
}

func codeUpdate(cluster, key string) finspace.UpdateKxClusterCodeConfigurationRequest {
	return finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: "kxenv", ClusterName: cluster, Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: key},
		DeploymentConfiguration: &finspace.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: finspace.KxClusterCodeDeploymentStrategyForce},
	}
}

// TestChange fails a change on the page while a program waits for it.
func TestChange(t *testing.T) {
	emu := start(t)
	ctx := open(t, emu)
	client, err := finspace.New(emu.Config())
	require.NoError(t, err)
	change, err := client.BeginUpdateKxClusterCodeConfiguration(t.Context(), codeUpdate("hdb-prod", "v2.zip"))
	require.NoError(t, err)
	_, err = client.BeginUpdateKxClusterCodeConfiguration(t.Context(), codeUpdate("rdb-prod", "v2.zip"))
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() {
		_, err := change.Wait(t.Context())
		ended <- err
	}()

	do(t, ctx,
		waitText("#changes li", "hdb-prod"), waitText("#changes li", "rdb-prod"), waitText("#announce", "under way"),
		click(`#changes li:has([data-what*="hdb-prod"]) [data-do="ask-fail"]`),
		visible("#fail"),
	)
	shot(t, ctx, "fail", 1280, "light")
	do(t, ctx,
		typeIn("#fail textarea", reason), click("#fail .danger"),
		waitGone("#changes li", "hdb-prod"), waitText("#changes li", "rdb-prod"), waitText("#announce", "has ended"),
	)
	require.ErrorContains(t, <-ended, reason)

	do(t, ctx, click(`#changes [data-do="finish"]`), waitText("#changes-count", "0"))
	assert.Empty(t, textOf(t, ctx, "#alert span"))
}

func textOf(t *testing.T, ctx context.Context, selector string) string {
	t.Helper()
	text, err := chromedp.Run(ctx, chromedp.TextContent(chromedp.CSS(selector)))
	require.NoError(t, err)
	return text
}

// TestRefusedSignature looks at a request whose signature does not match.
func TestRefusedSignature(t *testing.T) {
	emu := start(t)
	ctx := open(t, emu)
	cfg := emu.Config()
	cfg.Credentials = cloud.StaticCredentials(emulator.AccessKeyID, "another-secret", "")
	client, err := proton.New(cfg)
	require.NoError(t, err)
	_, err = client.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{Name: "frontend-prod", ServiceName: "storefront"})
	require.Error(t, err)

	do(t, ctx,
		waitText("#requests summary", "InvalidSignatureException"),
		click("#requests summary"),
		visible("#requests .signature"),
		waitText("#requests .signature tr", "AwsProton20200720.GetServiceInstance"),
		waitText("#requests pre", "x-amz-target:AwsProton20200720.GetServiceInstance"),
	)
	shot(t, ctx, "signature", 1280, "light")
	// Another request arrives, and the detail stays open.
	_, _ = client.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{Name: "frontend-prod", ServiceName: "storefront"})
	do(t, ctx, waitText("#requests-count", "2"), visible("#requests details[open] .signature"))
}

// TestClockFaultsAndReset uses the keyboard alone.
func TestClockFaultsAndReset(t *testing.T) {
	emu := start(t)
	ctx := open(t, emu)
	enter := func(selector string) action {
		return chromedp.Steps(chromedp.Focus(chromedp.CSS(selector)), chromedp.KeyEvent(kb.Enter))
	}
	do(t, ctx,
		enter(`[data-by="1h"]`), waitText("#now", "+1h0m0s"),
		typeIn(`form[data-do="advance"] input`, "30m"+kb.Enter), waitText("#now", "+1h30m0s"),
		typeIn(`form[data-do="advance"] input`, "soon"+kb.Enter), waitText("#alert", `not "soon"`),
	)

	do(t, ctx,
		enter(`section summary`),
		chromedp.SetValue(chromedp.CSS(`[name="kind"]`), "throttle"),
		typeIn(`[name="operation"]`, "GetKxCluster"+kb.Enter),
		waitText("#faults li", "throttle"), waitGone("#alert", "soon"),
	)
	cfg := emu.Config()
	cfg.Retry.MaxAttempts = 1
	client, err := finspace.New(cfg)
	require.NoError(t, err)
	get := finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb-prod"}
	_, err = client.GetKxCluster(t.Context(), get)
	require.Error(t, err)
	do(t, ctx, waitText("#requests summary", "throttle"), waitText("#faults li", "used up"), enter(`#faults [data-do="remove-fault"]`), waitText("#faults-count", "0"))
	_, err = client.GetKxCluster(t.Context(), get)
	require.NoError(t, err)

	do(t, ctx,
		waitText("#resources-finspace li", "hdb-prod"),
		enter(`[data-do="ask-reset"]`), visible("#reset"), enter("#reset .danger"),
		waitText("#total-finspace", "0"),
	)
	_, err = client.GetKxCluster(t.Context(), get)
	assert.ErrorContains(t, err, "ResourceNotFoundException")
}

// TestWithoutScript reads the page as it is sent.
func TestWithoutScript(t *testing.T) {
	emu := scene(t)
	resp, err := http.Get(emu.URL() + "/_emulator/")
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	for _, part := range []string{"UpdateKxClusterCodeConfiguration", "hdb-prod", "InvalidSignatureException", "10m0s left"} {
		assert.Contains(t, string(body), part)
	}
}
