package pagetest

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

var screenshots = flag.String("screenshots", "", "the folder for screenshots; none are taken without it")

// TestLooks looks at the page in both color schemes and on a small screen: it must not be wider than the screen, and its
// text must be readable.
func TestLooks(t *testing.T) {
	emu := scene(t)
	ctx := open(t, emu)
	do(t, ctx, waitText("#changes-count", "4"), waitText("#requests summary", "InvalidSignatureException"))
	look(t, ctx, "page")
	do(t, ctx,
		click(`#requests details:has(summary .warn) summary`), visible("#requests .signature"),
		click(`#requests .detail details summary`), click(`section[aria-labelledby="faults-title"] summary`), visible(`[name="kind"]`),
	)
	look(t, ctx, "open")
}

// TestLooksEmpty looks at the page of an emulator that has nothing: each empty list says what to do.
func TestLooksEmpty(t *testing.T) {
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	ctx := open(t, emu)
	do(t, ctx, waitText("#requests-title ~ .none", emu.URL()), waitText("#changes-title ~ .none", emu.URL()), waitText("#total-dlc", "0"))
	look(t, ctx, "empty")
}

// overflow returns what is wider than the screen, and does not scroll by itself.
const overflow = `[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1
	&& !e.closest(".scroll, pre, .unseen, .skip")).map((e) => e.outerHTML.slice(0, 100))`

// faint returns texts that have less contrast than 4.5:1, as WCAG 2.2 requires at level AA.
const faint = `(() => {
	const parse = (color) => color.match(/[\d.]+/g).map(Number);
	const light = (c) => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
	const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
	const back = (e) => {
		for (; e; e = e.parentElement) {
			const c = parse(getComputedStyle(e).backgroundColor);
			if (c.length < 4 || c[3] > 0) return c;
		}
		return [255, 255, 255];
	};
	const ratio = (e) => {
		const [a, b] = [luminance(parse(getComputedStyle(e).color)), luminance(back(e))];
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	};
	const texts = [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility()
		&& [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
	return texts.filter((e) => ratio(e) < 4.5).map((e) => ratio(e).toFixed(2) + " " + e.outerHTML.slice(0, 100));
})()`

// look checks the page as it is, and takes pictures of it.
func look(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	for _, width := range []int64{1280, 400} {
		for _, scheme := range []string{"light", "dark"} {
			shot(t, ctx, name, width, scheme)
			for what, script := range map[string]string{"too wide": overflow, "too faint": faint} {
				found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](script))
				require.NoError(t, err)
				assert.Empty(t, found, "%s: %s at %d pixels is %s", name, scheme, width, what)
			}
			beyond, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`))
			require.NoError(t, err)
			assert.LessOrEqual(t, beyond, 0, "%s: %s at %d pixels", name, scheme, width)
		}
	}
}

// scene starts an emulator with the seed of the examples, lets clients of all services do something, and one of them fail
// to sign.
func scene(t *testing.T) *emulator.Emulator {
	t.Helper()
	emu, err := emulator.Start(emulator.WithChangeTime(20*time.Minute), emulator.WithStaleReads(0), emulator.WithSeedIDs(1))
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	seed, err := os.Open("../../examples/seed.json")
	require.NoError(t, err)
	defer func() { _ = seed.Close() }()
	require.NoError(t, emu.Load(seed))
	emu.Flink.AddDeployment("a14bd5d90a", "default", flink.Deployment{DeploymentID: "58718c99-3b29-4c5e-93bb-c9fc4ec60001", Name: "payments-by-country"})
	cfg := emu.Config()
	cfg.Retry.MaxAttempts = 1
	startChanges(t, emu, cfg)
	p, err := proton.New(cfg)
	require.NoError(t, err)
	_, err = p.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{ServiceName: "shop", Name: "preview"})
	require.ErrorIs(t, err, cloud.ErrNotFound)
	emu.Inject(emulator.Fault{Service: "flink", Operation: "ListJobs", Kind: emulator.Unavailable, Times: 3, RetryAfter: 5 * time.Second})
	l, err := flink.New(cfg, flink.WithWorkspace("a14bd5d90a"), flink.WithNamespace("default"))
	require.NoError(t, err)
	_, err = l.ListJobs(t.Context(), flink.ListJobsRequest{DeploymentID: "orders-enriched"})
	require.Error(t, err)
	emu.Inject(emulator.Fault{Kind: emulator.Throttle, Skip: 100, Times: -1})
	cfg.Credentials = cloud.StaticCredentials(emulator.AccessKeyID, "another-secret", "")
	p, err = proton.New(cfg)
	require.NoError(t, err)
	_, err = p.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{ServiceName: "shop", Name: "prod"})
	require.ErrorIs(t, err, cloud.ErrUnauthenticated)
	return emu
}

// startChanges starts a change of each service, one after the other.
func startChanges(t *testing.T, emu *emulator.Emulator, cfg cloud.Config) {
	t.Helper()
	f, err := finspace.New(cfg)
	require.NoError(t, err)
	code := codeUpdate("hdb-prod", "2026.11.21.zip")
	code.EnvironmentID = "kx7example"
	_, err = f.BeginUpdateKxClusterCodeConfiguration(t.Context(), code)
	require.NoError(t, err)
	emu.Advance(6 * time.Minute)
	d, err := dlc.New(cfg)
	require.NoError(t, err)
	_, err = d.BeginSwitchDataEngineImage(t.Context(), dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: "image-2"})
	require.NoError(t, err)
	emu.Advance(3 * time.Minute)
	p, err := proton.New(cfg)
	require.NoError(t, err)
	_, err = p.BeginUpdateServiceInstance(t.Context(), proton.UpdateServiceInstanceRequest{
		ServiceName: "shop", Name: "prod", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion,
		Spec: "proton: ServiceSpec\ninstances:\n  - name: prod\n    spec:\n      replicas: 3\n",
	})
	require.NoError(t, err)
	emu.Advance(time.Minute)
	l, err := flink.New(cfg)
	require.NoError(t, err)
	_, err = l.BeginHotUpdateJob(t.Context(), flink.HotUpdateJobRequest{Workspace: "a14bd5d90a", Namespace: "default", JobID: "job-1"})
	require.NoError(t, err)
}

// shot takes a screenshot of the page as it is, at a width and in a color scheme.
func shot(t *testing.T, ctx context.Context, name string, width int64, scheme string) {
	t.Helper()
	do(t, ctx, chromedp.EmulateViewport(width, 900), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}))
	if *screenshots == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	require.NoError(t, err)
	size := map[int64]string{1280: "wide", 400: "narrow"}[width]
	require.NoError(t, os.MkdirAll(*screenshots, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(*screenshots, strings.Join([]string{name, size, scheme}, "-")+".png"), png, 0o644))
}
