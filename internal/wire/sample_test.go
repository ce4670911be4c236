package wire_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// The types below have the shape of a kdb cluster and of the requests about it. T is time.Time, or epoch for encoding/json.

type clusterState string

type volume struct {
	Name string `json:"volumeName,omitzero"`
	Type string `json:"volumeType,omitzero"`
}

type segment struct {
	Paths    []string `json:"dbPaths,omitzero"`
	Volume   string   `json:"volumeName,omitzero"`
	OnDemand bool     `json:"onDemand,omitzero"`
}

type dataview struct {
	Name      string    `json:"dataviewName,omitzero"`
	Version   string    `json:"dataviewVersionId,omitzero"`
	Changeset string    `json:"changesetId,omitzero"`
	Segments  []segment `json:"segmentConfigurations,omitzero"`
}

type cache struct {
	Type     string   `json:"cacheType,omitzero"`
	Paths    []string `json:"dbPaths,omitzero"`
	Dataview string   `json:"dataviewName,omitzero"`
}

type database struct {
	Name      string    `json:"databaseName,omitzero"`
	Caches    []cache   `json:"cacheConfigurations,omitzero"`
	Changeset string    `json:"changesetId,omitzero"`
	Dataview  *dataview `json:"dataviewConfiguration,omitzero"`
}

type argument struct {
	Key   string `json:"key,omitzero"`
	Value string `json:"value,omitzero"`
}

type scaling struct {
	Min      int     `json:"minNodeCount,omitzero"`
	Max      int     `json:"maxNodeCount,omitzero"`
	Metric   string  `json:"autoScalingMetric,omitzero"`
	Target   float64 `json:"metricTarget,omitzero"`
	ScaleIn  float64 `json:"scaleInCooldownSeconds,omitzero"`
	ScaleOut float64 `json:"scaleOutCooldownSeconds,omitzero"`
}

type network struct {
	ID      string   `json:"vpcId,omitzero"`
	Groups  []string `json:"securityGroupIds,omitzero"`
	Subnets []string `json:"subnetIds,omitzero"`
	Address string   `json:"ipAddressType,omitzero"`
}

type code struct {
	Bucket  string `json:"s3Bucket,omitzero"`
	Key     string `json:"s3Key,omitzero"`
	Version string `json:"s3ObjectVersion,omitzero"`
}

type cluster[T any] struct {
	Status       clusterState      `json:"status,omitzero"`
	StatusReason string            `json:"statusReason,omitzero"`
	Name         string            `json:"clusterName,omitzero"`
	Type         string            `json:"clusterType,omitzero"`
	Volumes      []volume          `json:"volumes,omitzero"`
	Databases    []database        `json:"databases,omitzero"`
	Scaling      *scaling          `json:"autoScalingConfiguration,omitzero"`
	Description  string            `json:"clusterDescription,omitzero"`
	Release      string            `json:"releaseLabel,omitzero"`
	Network      *network          `json:"vpcConfiguration,omitzero"`
	Script       string            `json:"initializationScript,omitzero"`
	Arguments    []argument        `json:"commandLineArguments,omitzero"`
	Code         *code             `json:"code,omitzero"`
	Role         string            `json:"executionRole,omitzero"`
	Modified     T                 `json:"lastModifiedTimestamp,omitzero"`
	Zone         string            `json:"availabilityZoneId,omitzero"`
	Created      T                 `json:"createdTimestamp,omitzero"`
	Tags         map[string]string `json:"tags,omitzero"`
}

type summary[T any] struct {
	Status       clusterState `json:"status,omitzero"`
	StatusReason string       `json:"statusReason,omitzero"`
	Name         string       `json:"clusterName,omitzero"`
	Type         string       `json:"clusterType,omitzero"`
	Description  string       `json:"clusterDescription,omitzero"`
	Release      string       `json:"releaseLabel,omitzero"`
	Volumes      []volume     `json:"volumes,omitzero"`
	Script       string       `json:"initializationScript,omitzero"`
	Role         string       `json:"executionRole,omitzero"`
	Mode         string       `json:"azMode,omitzero"`
	Zone         string       `json:"availabilityZoneId,omitzero"`
	Modified     T            `json:"lastModifiedTimestamp,omitzero"`
	Created      T            `json:"createdTimestamp,omitzero"`
}

type clusterList[T any] struct {
	Clusters  []summary[T] `json:"kxClusterSummaries,omitzero"`
	NextToken string       `json:"nextToken,omitzero"`
}

type updateCode struct {
	Environment string `json:"-" path:"environmentId"`
	Cluster     string `json:"-" path:"clusterName"`

	Code      code       `json:"code"`
	Token     string     `json:"clientToken,omitzero" auto:"token"`
	Script    string     `json:"initializationScript,omitzero"`
	Arguments []argument `json:"commandLineArguments,omitzero"`
}

type listClusters struct {
	Environment string   `path:"environmentId"`
	Type        string   `query:"clusterType"`
	Max         int      `query:"maxResults"`
	Next        string   `query:"nextToken"`
	Keys        []string `query:"tagKeys"`
}

// epoch is how encoding/json can be made to read and write epoch seconds.
type epoch struct{ time.Time }

func (e *epoch) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(string(b), 64)
	e.Time = time.UnixMilli(int64(f * 1000)).UTC()
	return err
}

func (e epoch) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(e.UnixMilli())/1000, 'f', -1, 64), nil
}

func sampleCluster[T any](modified, created T) cluster[T] {
	view := func(name string) *dataview {
		return &dataview{
			Name: name, Version: "AbCdEfGhIjKlMnOpQrStUv", Changeset: "CdEfGhIjKlMnOpQrStUvWx",
			Segments: []segment{
				{Paths: []string{"/2025.10.01/*", "/2025.10.02/*", "/2025.10.03/*"}, Volume: "volume-hot"},
				{Paths: []string{"/2024.*"}, Volume: "volume-cold", OnDemand: true},
			},
		}
	}
	base := func(name string) database {
		paths := []string{"/2025.10.01/", "/2025.10.02/", "/2025.10.03/", "/2025.10.04/"}
		return database{
			Name: name, Changeset: "CdEfGhIjKlMnOpQrStUvWx", Dataview: view(name + "-view"),
			Caches: []cache{{Type: "CACHE_250", Paths: paths, Dataview: name + "-view"}},
		}
	}
	return cluster[T]{
		Status: "RUNNING", StatusReason: "All nodes answered their last health check, no action is needed.",
		Name: "prices-history", Type: "HDB",
		Volumes:     []volume{{"volume-hot", "NAS_1"}, {"volume-cold", "NAS_1"}, {"volume-log", "NAS_1"}},
		Databases:   []database{base("prices"), base("orders"), base("trades")},
		Scaling:     &scaling{2, 5, "CPU_UTILIZATION_PERCENTAGE", 70, 600, 300.5},
		Description: "Serves the \"north\" and \"south\" desks — the owner is data-platform@example.com",
		Release:     "1.0",
		Network: &network{
			"vpc-0123456789abcdef0", []string{"sg-0123456789abcdef0", "sg-0123456789abcdef1"},
			[]string{"subnet-0123456789abcdef0"}, "IP_V4",
		},
		Script:    "scripts/start.q",
		Arguments: []argument{{"s", "8"}, {"codePath", "/opt/kx/app/code"}, {"schema", "prices"}, {"w", "400000"}},
		Code:      &code{"example-releases", "2025/10/21/bundle.zip", "Zx8kQpLmNoPqRsTuVwXyZ012345.6789"},
		Role:      "arn:aws:iam::111122223333:role/ExampleClusterExecutionRole",
		Modified:  modified, Created: created, Zone: "use1-az4",
		Tags: map[string]string{"team": "data-platform", "stage": "production", "cost-center": "4711"},
	}
}

func sampleList[T any](modified, created T) clusterList[T] {
	list := clusterList[T]{NextToken: strings.Repeat("bmV4dA", 10)}
	for i := range 100 {
		list.Clusters = append(list.Clusters, summary[T]{
			Status: "RUNNING", StatusReason: "All nodes answered their last health check.",
			Name: fmt.Sprintf("prices-history-%03d", i), Type: "HDB",
			Description: fmt.Sprintf("Cluster %d of the data platform, see data-platform@example.com", i),
			Release:     "1.0", Volumes: []volume{{"volume-hot", "NAS_1"}, {"volume-cold", "NAS_1"}},
			Script: "scripts/start.q", Role: "arn:aws:iam::111122223333:role/ExampleClusterExecutionRole",
			Mode: "SINGLE", Zone: "use1-az4", Modified: modified, Created: created,
		})
	}
	return list
}

func sampleUpdate() updateCode {
	return updateCode{
		Environment: "kxenv0123456789", Cluster: "prices-history",
		Code:      code{"example-releases", "2025/10/21/bundle.zip", "Zx8kQpLmNoPqRsTuVwXyZ012345.6789"},
		Token:     "0d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d6",
		Script:    "scripts/start.q",
		Arguments: []argument{{"s", "8"}, {"codePath", "/opt/kx/app/code"}, {"schema", "prices"}, {"dbDir", "/opt/kx/app/db"}},
	}
}

var (
	sampleModified = time.UnixMilli(1761043200457).UTC()
	sampleCreated  = time.UnixMilli(1745318400125).UTC()
)

// withUnknown adds to an object what an older client may get: an unknown member, and a null.
func withUnknown(object []byte) []byte {
	return append(object[:len(object)-1], `,"futureFeature":{"mode":"AUTO","limits":[1,2,{"x":null}]},"azMode":null}`...)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func clusterDocument() []byte {
	return withUnknown(must(wire.Append(nil, sampleCluster(sampleModified, sampleCreated))))
}

func listDocument() []byte {
	return must(wire.Append(nil, sampleList(sampleModified, sampleCreated)))
}

// sameText spells a replacement character in one way. For a byte that is no UTF-8, encoding/json of Go 1.26 writes \ufffd,
// that of Go 1.27 the character itself; what we promise is \ufffd, which TestAppend holds us to.
func sameText(doc []byte) string { return strings.ReplaceAll(string(doc), `\ufffd`, "\uFFFD") }

// stdMarshal is encoding/json with the same escaping.
func stdMarshal(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}
