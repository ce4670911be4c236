package plan

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGoName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"environmentId":             "EnvironmentID",
		"nodeIds":                   "NodeIDs",
		"s3Bucket":                  "S3Bucket",
		"dbPath":                    "DBPath",
		"arn":                       "ARN",
		"vpcId":                     "VPCID",
		"kmsKeyId":                  "KMSKeyID",
		"KxAzMode":                  "KxAZMode",
		"KxNAS1Size":                "KxNAS1Size",
		"nas1Configuration":         "NAS1Configuration",
		"CustomDNSServer":           "CustomDNSServer",
		"IPAddressType":             "IPAddressType",
		"samlMetadataURL":           "SAMLMetadataURL",
		"UiURL":                     "UIURL",
		"log4jLoggers":              "Log4jLoggers",
		"tgwStatus":                 "TGWStatus",
		"DatasourceConnectionVpcId": "DatasourceConnectionVPCID",
		"status":                    "Status",
		"ASCII":                     "ASCII",
		"Accept-Language":           "AcceptLanguage",
	} {
		assert.Equal(t, want, goName(name), name)
	}
}

func TestValueName(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"IN_PROGRESS":      "InProgress",
		"RUNNING":          "Running",
		"HDB":              "HDB",
		"SSD_1000":         "SSD1000",
		"SDS01":            "SDS01",
		"allow":            "Allow",
		"deploymentStatus": "DeploymentStatus",
		"kx.s.large":       "KxSLarge",
	} {
		assert.Equal(t, want, valueName(value), value)
	}
}

func TestLowerFirst(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Deployment": "deployment", "VPCType": "vpcType", "KxCluster": "kxCluster", "Type": "type_",
	} {
		assert.Equal(t, want, LowerFirst(name), name)
	}
}

func TestSnake(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "kx_cluster", snake("KxCluster"))
	assert.Equal(t, "vpc_configuration", snake("VPCConfiguration"))
}

func TestCodeName(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "ResourceNotFoundDataEngineNotFound", codeName("ResourceNotFound.DataEngineNotFound"))
	assert.Equal(t, "ConflictException", codeName("ConflictException"))
}

func TestIteratorName(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "AllKxClusters", iteratorName("ListKxClusters"))
	assert.Equal(t, "AllDataEngines", iteratorName("DescribeDataEngines"))
	assert.Equal(t, "AllTagsForResource", iteratorName("ListTagsForResource"))
}

func TestIsPlural(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"AllJobs": true, "AllJobsBySpec": true, "AllTagsForResource": true, "AllTaskLog": false, "AllLogByIP": false} {
		assert.Equal(t, want, isPlural(name), name)
	}
}
