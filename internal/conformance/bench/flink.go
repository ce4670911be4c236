package bench

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/acs3"
)

const (
	flinkJob        = "c1b7e0d4-55aa-4d0e-9a63-0f2e8b7d9a10"
	flinkDeployment = "9a3d5c77-2f41-4c6b-8d02-6be1f0a9c001"
	flinkNamespace  = "trading-namespace"
	flinkWorkspace  = "e7c1a94d03b25f"
)

func flinkService() service {
	jobs := list(`{"requestId":"0E1F2A3B-4C5D-5E6F-8A9B-0C1D2E3F4A5D","success":true,"httpCode":200,"errorCode":"","errorMessage":"","pageIndex":1,"pageSize":100,"totalSize":250,"data":[`, "job_item.json", `]}`)
	forbidden := answer{status: http.StatusForbidden, body: `{"RequestId":"0E1F2A3B-4C5D-5E6F-8A9B-0C1D2E3F4A5E","HostId":"ververica.cn-hangzhou.aliyuncs.com","Code":"Forbidden.RAM",` +
		`"Message":"The caller may not do this to the resource that the request names.","Recommend":"https://help.example.com/troubleshoot?code=Forbidden.RAM&product=ververica",` +
		`"AccessDeniedDetail":{"AuthAction":"stream:HotUpdateJob","AuthPrincipalType":"SubUser","AuthPrincipalOwnerId":"1098765432109876","AuthPrincipalDisplayName":"201234567890123456",` +
		`"PolicyType":"AccountLevelIdentityBasedPolicy","NoPermissionType":"ImplicitDeny","EncodedDiagnosticMessage":"QVFJQklBQUFBT1o="}}`}
	isDenied := func(err error) bool { return errors.Is(err, cloud.ErrDenied) }
	return service{"flink", []operation{
		{"update", answer{body: document("hot_update_job.json")}, hotUpdate, officialHotUpdate, floorHotUpdate},
		{"read", answer{body: document("deployment.json")}, getDeployment, officialGetDeployment, floorGetDeployment},
		{"list", answer{body: jobs}, listJobs, officialListJobs, floorListJobs},
		{"error", forbidden, refusedBy(hotUpdate, isDenied), refusedBy(officialHotUpdate, as[*tea.SDKError]), floorRefused(floorHotUpdate)},
	}, []Case{
		{
			Name:   "client",
			Ours:   func() error { _, err := clients.Flink(clients.Target{}); return err },
			Theirs: func() error { _, err := clients.OfficialFlink(clients.Target{}, false); return err },
		},
		flinkSigning(),
	}}
}

func hotUpdate(t clients.Target) (func() error, error) {
	c, err := clients.Flink(t)
	return func() error {
		_, err := c.HotUpdateJob(context.Background(), flink.HotUpdateJobRequest{JobID: flinkJob, Namespace: flinkNamespace, Workspace: flinkWorkspace})
		return err
	}, err
}

// officialAnswer is what methods of the product client return.
type officialAnswer struct {
	Headers    map[string]*string `json:"headers,omitempty"`
	StatusCode *int               `json:"statusCode,omitempty"`
	Body       any                `json:"body,omitempty"` // a pointer to decode into
}

// officialFlinkCall does what methods of the product client do. path is below that of the namespace.
func officialFlinkCall[T any](t clients.Target, action, method, path, id, verb string, query map[string]any, check func(body any) error) (func() error, error) {
	c, err := clients.OfficialFlink(t, false)
	newBody := pointersOf[T]()
	return func() error {
		out := &officialAnswer{Body: newBody()}
		err := c.DoInto(clients.FlinkCall{
			Action: action, Method: method, Path: "/api/v2/namespaces/" + dara.PercentEncode(flinkNamespace) + path + dara.PercentEncode(id) + verb,
			Query: query, Headers: map[string]*string{"workspace": new(flinkWorkspace)},
		}, out)
		if err != nil || check == nil {
			return err
		}
		return check(out.Body)
	}, err
}

func officialHotUpdate(t clients.Target) (func() error, error) {
	return officialFlinkCall[flink.HotUpdateJobResponse](t, "HotUpdateJob", "POST", "/jobs/", flinkJob, "%3AhotUpdate", nil, nil)
}

func floorHotUpdate(f *floor) func() error {
	return func() error {
		return f.call("POST", "/api/v2/namespaces/"+flinkNamespace+"/jobs/"+flinkJob+"%3AhotUpdate", nil, new(flink.HotUpdateJobResponse))
	}
}

func getDeployment(t clients.Target) (func() error, error) {
	c, err := clients.Flink(t)
	return func() error {
		_, err := c.GetDeployment(context.Background(), flink.GetDeploymentRequest{DeploymentID: flinkDeployment, Namespace: flinkNamespace, Workspace: flinkWorkspace})
		return err
	}, err
}

func officialGetDeployment(t clients.Target) (func() error, error) {
	return officialFlinkCall[flink.GetDeploymentResponse](t, "GetDeployment", "GET", "/deployments/", flinkDeployment, "", nil, nil)
}

func floorGetDeployment(f *floor) func() error {
	return func() error {
		return f.call("GET", "/api/v2/namespaces/"+flinkNamespace+"/deployments/"+flinkDeployment, nil, new(flink.GetDeploymentResponse))
	}
}

func listJobs(t clients.Target) (func() error, error) {
	c, err := clients.Flink(t)
	return func() error {
		out, err := c.ListJobs(context.Background(), flink.ListJobsRequest{
			DeploymentID: flinkDeployment, Namespace: flinkNamespace, Workspace: flinkWorkspace, PageIndex: 1, PageSize: 100,
		})
		if err != nil {
			return err
		}
		return complete(len(out.Data))
	}, err
}

func officialListJobs(t clients.Target) (func() error, error) {
	query := map[string]any{"deploymentId": flinkDeployment, "pageIndex": 1, "pageSize": 100}
	return officialFlinkCall[flink.ListJobsResponse](t, "ListJobs", "GET", "/jobs", "", "", query, func(body any) error { return complete(length(body, "Data")) })
}

func floorListJobs(f *floor) func() error {
	return func() error {
		var out flink.ListJobsResponse
		err := f.call("GET", "/api/v2/namespaces/"+flinkNamespace+"/jobs?deploymentId="+flinkDeployment+"&pageIndex=1&pageSize=100", nil, &out)
		if err != nil {
			return err
		}
		return complete(len(out.Data))
	}
}

// flinkSigning is the signature of one request without a body, with its date and nonce.
func flinkSigning() Case {
	const algorithm, host, path = "ACS3-HMAC-SHA256", "ververica.cn-hangzhou.aliyuncs.com", "/api/v2/namespaces/" + flinkNamespace + "/jobs/" + flinkJob + "%3AhotUpdate"
	key := sign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}
	ours := &sign.Request{
		Method: "POST", Host: host, Path: path,
		Header: http.Header{"Accept": {"application/json"}, "Workspace": {flinkWorkspace}, "X-Acs-Action": {"HotUpdateJob"}, "X-Acs-Version": {clients.FlinkVersion}},
	}
	return Case{
		Name: "sign",
		Ours: func() error {
			delete(ours.Header, "Authorization")
			var nonce [16]byte
			_, _ = rand.Read(nonce[:])
			acs3.Signer{}.Sign(ours, key, time.Now(), hex.EncodeToString(nonce[:]))
			return nil
		},
		Theirs: func() error {
			hash := hex.EncodeToString(utils.Hash(nil, dara.String(algorithm)))
			r := &dara.Request{Method: new("POST"), Pathname: dara.String(path), Headers: map[string]*string{
				"host": dara.String(host), "accept": new("application/json"), "workspace": new(flinkWorkspace),
				"x-acs-action": new("HotUpdateJob"), "x-acs-version": dara.String(clients.FlinkVersion),
				"x-acs-date": utils.GetTimestamp(), "x-acs-signature-nonce": utils.GetNonce(), "x-acs-content-sha256": &hash,
			}}
			r.Headers["Authorization"] = utils.GetAuthorization(r, dara.String(algorithm), &hash, &key.AccessKeyID, &key.SecretAccessKey)
			return nil
		},
	}
}
