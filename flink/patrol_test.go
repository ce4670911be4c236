package flink

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// responder keeps the last request and responds to it with the same data each time.
type responder struct {
	data    string
	request *http.Request
	body    string
}

func (s *responder) RoundTrip(r *http.Request) (*http.Response, error) {
	s.request, s.body = r, ""
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		s.body = string(body)
	}
	return response(r, 200, `{"requestId":"r","success":true,"httpCode":200,"data":`+s.data+`}`), nil
}

func response(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}

// The documented examples of data, with the values that examples have.
const (
	patrolConfig = `{"workspace":"a14bd5d90a","namespace":"default","scopeType":"TAGS","scopeConfig":{"tags":{"team":["a","b"]}},
		"cron":"0 2 * * *","timezone":"Asia/Shanghai","enabled":true,"nextPatrolAt":1718086400000,"configCreatedAt":1718000000000,
		"configUpdatedAt":1718000000001}`
	patrolReport = `{"reportId":"d72edfd9f3ef475ca310456ecdb09fe8","workspace":"a14bd5d90a","namespace":"default","status":"COMPLETED",
		"triggerType":"CRON","scopeType":"DEPLOYMENTS","scopeConfig":{"deploymentIds":["d"]},"totalJobs":3,"inspectedJobs":2,
		"riskCriticalCount":1,"riskWarningCount":2,"riskInfoCount":3,"problemUnhealthyCount":4,"problemUnhealthyCheckpointCount":5,
		"problemDelayBackpressureCount":6,"createdAt":"1718000000000","startedAt":"1718000000001","completedAt":"1718000000002",
		"updatedAt":"1718000000003","errorMessage":"none"}`
	patrolDetail = `{"reportId":"d72edfd9f3ef475ca310456ecdb09fe8","workspace":"a14bd5d90a","namespace":"default","triggerType":"MANUAL",
		"scopeType":"ALL","createdAt":"1718000000000","completedAt":"1718000000002","updatedAt":"1718000000003",
		"overview":{"total":9,"riskSummary":{"critical":1,"warning":2,"info":3},
			"problemSummary":{"unhealthy":4,"unhealthyCheckpoints":5,"delayAndBackpressure":6}},
		"unhealthyJobs":[{"deploymentId":"d","deploymentName":"orders","jobId":"j","riskLevel":"info","tags":["slow"],"description":"behind",
			"analysis":"one slot is busy","recommendation":"raise the parallelism"}]}`
)

// TestPatrols checks each operation from both ends: the request as the interface describes it, and that nothing of a
// response is lost.
func TestPatrols(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		call   func(context.Context, *Client) (any, error)
		method string
		path   string
		query  string
		body   string // "" if there must not be one
		data   string
	}{
		{
			name: "GetPatrolConfig",
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.GetPatrolConfig(ctx, GetPatrolConfigRequest{})
			},
			method: "GET", path: "/autopilot/v2/namespaces/default/patrol-config", data: patrolConfig,
		},
		{
			name: "GetPatrolReportDetail",
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.GetPatrolReportDetail(ctx, GetPatrolReportDetailRequest{Date: "2026-08-13", Timezone: "Asia/Shanghai"})
			},
			method: "GET", path: "/autopilot/v2/namespaces/default/patrol-reports/details", query: "date=2026-08-13&timezone=Asia%2FShanghai",
			data: patrolDetail,
		},
		{
			name: "GetPatrolReportDetail",
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.GetPatrolReportDetail(ctx, GetPatrolReportDetailRequest{ReportID: "d72edfd9f3ef475ca310456ecdb09fe8", Namespace: "my team"})
			},
			method: "GET", path: "/autopilot/v2/namespaces/my%20team/patrol-reports/details", query: "reportId=d72edfd9f3ef475ca310456ecdb09fe8",
			data: patrolDetail,
		},
		{
			name: "ListPatrolReports",
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.ListPatrolReports(ctx, ListPatrolReportsRequest{})
			},
			method: "GET", path: "/autopilot/v2/namespaces/default/patrol-reports", data: `{"page":1,"size":20,"total":1,"items":[` + patrolReport + `]}`,
		},
		{
			name: "ListPatrolReports",
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.ListPatrolReports(ctx, ListPatrolReportsRequest{
					Page: 2, Size: 200, StartDate: 1718000000000, EndDate: 1718086400000, ScopeType: PatrolScopeTypeTags,
					Status: PatrolStatusInProgress, TriggerType: PatrolTriggerTypeInnerAPI,
				})
			},
			method: "GET", path: "/autopilot/v2/namespaces/default/patrol-reports",
			query: "endDate=1718086400000&page=2&scopeType=TAGS&size=200&startDate=1718000000000&status=IN_PROGRESS&triggerType=INNER_API",
			data:  `{"page":2,"size":200,"total":200,"items":[]}`,
		},
		{
			name: "TriggerPatrol",
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.TriggerPatrol(ctx, TriggerPatrolRequest{ScopeType: PatrolScopeTypeAll})
			},
			method: "POST", path: "/autopilot/v2/namespaces/default/patrol-reports/trigger", body: `{"scopeType":"ALL"}`,
			data: `{"reportId":"d72edfd9f3ef475ca310456ecdb09fe8","status":"PENDING"}`,
		},
		{
			name: "TriggerPatrol",
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.TriggerPatrol(ctx, TriggerPatrolRequest{
					ScopeType: PatrolScopeTypeTags, ScopeConfig: &PatrolScopeConfig{Tags: map[string][]string{"team": {"a", "b"}}},
				})
			},
			method: "POST", path: "/autopilot/v2/namespaces/default/patrol-reports/trigger",
			body: `{"scopeType":"TAGS","scopeConfig":{"tags":{"team":["a","b"]}}}`,
			data: `{"reportId":"d72edfd9f3ef475ca310456ecdb09fe8","status":"QUEUED"}`,
		},
		{
			name: "UpdatePatrolConfig",
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.UpdatePatrolConfig(ctx, UpdatePatrolConfigRequest{
					Cron: "0 2 * * *", Enabled: new(true), ScopeType: PatrolScopeTypeDeployments,
					ScopeConfig: &PatrolScopeConfig{DeploymentIDs: []string{"d", "e"}}, Timezone: "Asia/Shanghai",
				})
			},
			method: "PATCH", path: "/autopilot/v2/namespaces/default/patrol-config",
			body: `{"cron":"0 2 * * *","enabled":true,"scopeType":"DEPLOYMENTS","scopeConfig":{"deploymentIds":["d","e"]},"timezone":"Asia/Shanghai"}`,
			data: patrolConfig,
		},
		{
			name: "UpdatePatrolConfig",
			call: func(ctx context.Context, c *Client) (any, error) {
				return c.UpdatePatrolConfig(ctx, UpdatePatrolConfigRequest{Enabled: new(false)})
			},
			method: "PATCH", path: "/autopilot/v2/namespaces/default/patrol-config", body: `{"enabled":false}`, data: patrolConfig,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			service := &responder{data: tt.data}
			c, err := New(cloud.Config{
				Region: "cn-hangzhou", Credentials: cloud.StaticCredentials("id", "secret", ""), HTTPClient: &http.Client{Transport: service},
			}, WithWorkspace("a14bd5d90a"), WithNamespace("default"))
			require.NoError(t, err)
			out, err := tt.call(t.Context(), c)
			require.NoError(t, err)

			r := service.request
			assert.Equal(t, "ververica.cn-hangzhou.aliyuncs.com", r.URL.Host)
			assert.Equal(t, tt.method, r.Method)
			assert.Equal(t, tt.path, r.URL.EscapedPath())
			assert.Equal(t, tt.query, r.URL.RawQuery)
			assert.Equal(t, "a14bd5d90a", r.Header.Get("workspace"))
			assert.Equal(t, tt.name, r.Header.Get("x-acs-action"))
			assert.Equal(t, "2022-07-18", r.Header.Get("x-acs-version"))
			if tt.body == "" {
				assert.Empty(t, service.body)
				assert.Empty(t, r.Header.Get("content-type"))
			} else {
				assert.JSONEq(t, tt.body, service.body)
				assert.Equal(t, "application/json; charset=utf-8", r.Header.Get("content-type"))
			}
			assert.JSONEq(t, `{"requestId":"r","data":`+tt.data+`}`, encoded(t, out))
		})
	}
}

// encoded is a response as encoding/json reads the tags, which all members of it have.
func encoded(t *testing.T, out any) string {
	body, err := json.Marshal(out)
	require.NoError(t, err)
	return string(body)
}
