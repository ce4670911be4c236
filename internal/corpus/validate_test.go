package corpus_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// broken are the recorded inputs that break a rule stated in prose, with the fields that break it. The
// recorder knew the models alone, so all other inputs are good.
var broken = map[string]map[string][]string{
	"finspace": {
		// Federation reads the attribute Email alone.
		"CreateEnvironment/1": {"federationParameters.attributeMap[AQ1]", "federationParameters.attributeMap[QT9dCMaZ]"},
		"UpdateEnvironment/1": {"federationParameters.attributeMap[tlBKZJAXB]"},
		// PUT has a source, DELETE has none.
		"CreateKxChangeset/0": {"changeRequests[0].s3Path"},
		"CreateKxChangeset/1": {"changeRequests[0].s3Path"},
		// Scaling from 949 to 537 nodes, a type of cache that is none, a script without a file name.
		"CreateKxCluster/1": {
			"autoScalingConfiguration.maxNodeCount", "autoScalingConfiguration.minNodeCount", "cacheStorageConfigurations[0].type", "initializationScript",
		},
		// One zone, disks in the sizes in which they come.
		"CreateKxDataview/0": {"azMode"},
		"CreateKxVolume/0":   {"nas1Configuration"},
		"CreateKxVolume/1":   {"azMode", "nas1Configuration.size"},
		"UpdateKxVolume/1":   {"nas1Configuration.size"},
		// No network at all.
		"UpdateKxEnvironmentNetwork/1": {"transitGatewayConfiguration.routableCIDRSpace"},
	},
	"proton": {
		// Neither an environment nor a service instance to go to.
		"CreateComponent/0": {"environmentName"},
		// Three ways to provision at once, a version with CURRENT_VERSION.
		"CreateEnvironment/1":     {"codebuildRoleArn", "protonServiceRoleArn", "provisioningRepository"},
		"UpdateEnvironment/1":     {"protonServiceRoleArn", "provisioningRepository", "templateMajorVersion", "templateMinorVersion"},
		"UpdateServiceInstance/1": {"templateMajorVersion", "templateMinorVersion"},
	},
}

func TestValidateAcceptsWhatWasRecorded(t *testing.T) {
	t.Parallel()
	for _, s := range services {
		exceptions, ok := broken[s.name]
		if !ok {
			continue // inputs that obey no model
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			client, err := s.client(config(s.region, nil))
			require.NoError(t, err)
			refused := map[string][]string{}
			replay(t, s.name+".requests.jsonl", client, func(t *testing.T, r recording, method reflect.Value) {
				request := build(t, method.Type().In(1), r.Input)
				wire.Default(request.Addr().Interface(), nil, func() string { return "5d2f6c1e-9f0b-4a57-8d13-6f1c2b7a9e04" })
				err := request.Interface().(interface{ Validate() error }).Validate()
				if err != nil {
					refused[fmt.Sprintf("%s/%d", r.Op, r.Variant)] = fieldsOf(t, err)
				}
			})
			assert.Equal(t, exceptions, refused)
		})
	}
}

// fieldsOf returns the fields that a refusal names, sorted.
func fieldsOf(t *testing.T, err error) []string {
	var invalid *cloud.ValidationError
	require.ErrorAs(t, err, &invalid)
	require.ErrorIs(t, err, cloud.ErrInvalid)
	var fields []string
	for _, p := range invalid.Problems {
		assert.NotEmpty(t, p.Rule, p.Field)
		fields = append(fields, p.Field)
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}
