package emulator_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// dlcAccount calls the operations of partitions of resources, data masks, storage and networks.
var dlcAccount = map[string]func(t *testing.T, c *dlc.Client, emu *emulator.Emulator){
	"partitions and queues": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		ctx := t.Context()
		must(c.CreatePartition(ctx, dlc.CreatePartitionRequest{
			ActionType: "purchase", PayMode: 1, ResourceQuotaList: []dlc.ResourceQuota{{Quota: new(32)}}, TimeSpan: 1, TimeUnit: "m", Name: "gpu",
		}))(t)
		list := must(c.DescribePartitions(ctx, dlc.DescribePartitionsRequest{Filters: []dlc.Filter{{Name: "Name", Values: []string{"gpu"}}}}))(t)
		require.Len(t, list.Partitions, 1)
		code := list.Partitions[0].PartitionCode
		must(c.ModifyPartitionDescription(ctx, dlc.ModifyPartitionDescriptionRequest{PartitionCode: code, Description: "d"}))(t)
		assert.Equal(t, "d", must(c.DescribePartitionDetail(ctx, dlc.DescribePartitionDetailRequest{PartitionCode: code}))(t).PartitionDetail.Description)

		r := dlc.CreatePartitionQueueRequest{PartitionCode: code, QueueName: "train", ResourceUsages: []dlc.ResourceUsage{}, QueueType: 1}
		id := must(c.CreatePartitionQueue(ctx, r))(t).ID
		_, err := c.CreatePartitionQueue(ctx, r)
		require.ErrorIs(t, err, dlc.CodeResourceInUseQueueName)
		r.PartitionCode = "none"
		_, err = c.CreatePartitionQueue(ctx, r)
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundPartition)
		check := func(name string) string {
			return must(c.CheckQueueName(ctx, dlc.CheckQueueNameRequest{QueueName: name, PartitionCode: code}))(t).IsValid
		}
		assert.Equal(t, "false", check("train"))
		assert.Equal(t, "false", check("Train"))
		assert.Equal(t, "true", check("serve"))
		must(c.ModifyPartitionQueue(ctx, dlc.ModifyPartitionQueueRequest{ID: id, PartitionCode: code, QueueName: "serve"}))(t)
		queues := must(c.DescribePartitionQueues(ctx, dlc.DescribePartitionQueuesRequest{PartitionCode: code}))(t)
		assert.Equal(t, 2, queues.Total)
		assert.Equal(t, "serve", queues.QueueList[1].QueueName)
		_, err = c.DeletePartitionQueue(ctx, dlc.DeletePartitionQueueRequest{PartitionCode: code, QueueName: "train", ID: id})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterValueQueueIDMismatch)
		_, err = c.DeletePartitionQueue(ctx, dlc.DeletePartitionQueueRequest{PartitionCode: code, QueueName: "default", ID: queues.DefaultQueue.ID})
		require.ErrorIs(t, err, dlc.CodeOperationDeniedDefaultQueueDeleteForbidden)
		must(c.DeletePartitionQueue(ctx, dlc.DeletePartitionQueueRequest{PartitionCode: code, QueueName: "serve", ID: id}))(t)
		assert.Equal(t, 1, must(c.DescribePartitionQueues(ctx, dlc.DescribePartitionQueuesRequest{PartitionCode: code}))(t).Total)
		assert.NotEmpty(t, must(c.DescribeSaleRegions(ctx, dlc.DescribeSaleRegionsRequest{}))(t).RegionList)
	},
	"data masks": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		strategy := dlc.DataMaskStrategyInfo{StrategyName: "hide", StrategyType: "MASK"}
		id := must(c.CreateDataMaskStrategy(ctx, dlc.CreateDataMaskStrategyRequest{Strategy: &strategy}))(t).StrategyID
		_, err := c.CreateDataMaskStrategy(ctx, dlc.CreateDataMaskStrategyRequest{Strategy: &strategy})
		require.ErrorIs(t, err, cloud.ErrConflict)
		must(c.UpdateDataMaskStrategy(ctx, dlc.UpdateDataMaskStrategyRequest{
			Strategy: &dlc.DataMaskStrategyInfo{StrategyID: id, StrategyDesc: new("d")},
		}))(t)
		list := must(c.DescribeDataMaskStrategies(ctx, dlc.DescribeDataMaskStrategiesRequest{
			Filters: []dlc.Filter{{Name: "strategy-name", Values: []string{"hi"}}},
		}))(t)
		require.Len(t, list.Strategies, 1)
		assert.Equal(t, "d", list.Strategies[0].StrategyDesc)
		assert.Equal(t, dlc.MaskType("MASK"), list.Strategies[0].StrategyType)

		emu.DLC.AddTable(dlc.TableResponseInfo{
			TableBaseInfo: &dlc.TableBaseInfo{DatabaseName: "sales", TableName: "orders"}, Columns: []dlc.Column{{Name: "card", Type: "string"}},
		})
		policy := dlc.DataMaskStrategyPolicy{DataMaskStrategyID: id, PolicyInfo: &dlc.Policy{
			Catalog: "DataLakeCatalog", Database: "sales", Table: "orders", Column: new("card"), Operation: "SELECT",
		}}
		attach := dlc.AttachDataMaskPolicyRequest{DataMaskStrategyPolicySet: []dlc.DataMaskStrategyPolicy{policy}}
		must(c.AttachDataMaskPolicy(ctx, attach))(t)
		table := must(c.DescribeTable(ctx, dlc.DescribeTableRequest{DatabaseName: "sales", TableName: "orders"}))(t).Table
		assert.Equal(t, "hide", table.Columns[0].DataMaskStrategyInfo.StrategyName)
		policy.PolicyInfo.Column = new("none")
		_, err = c.AttachDataMaskPolicy(ctx, attach)
		require.ErrorIs(t, err, cloud.ErrNotFound)
		must(c.DeleteDataMaskStrategy(ctx, dlc.DeleteDataMaskStrategyRequest{StrategyID: id}))(t)
		_, err = c.DeleteDataMaskStrategy(ctx, dlc.DeleteDataMaskStrategyRequest{StrategyID: id})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"storage": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		ctx := t.Context()
		must(c.CreateStoreLocation(ctx, dlc.CreateStoreLocationRequest{StoreLocation: "cosn://results/"}))(t)
		assert.Equal(t, "cosn://results/", must(c.DescribeStoreLocation(ctx, dlc.DescribeStoreLocationRequest{}))(t).StoreLocation)
		must(c.ModifyAdvancedStoreLocation(ctx, dlc.ModifyAdvancedStoreLocationRequest{StoreLocation: "cosn://a/", Enable: 1}))(t)
		assert.Equal(t, 1, must(c.DescribeAdvancedStoreLocation(ctx, dlc.DescribeAdvancedStoreLocationRequest{}))(t).Enable)

		binding := dlc.CreateCHDFSBindingProductRequest{MountPoint: "f-1", BucketType: "cos", ProductName: "EMR", VPCInfo: []dlc.VPCInfo{{VPCID: "vpc-1"}}}
		assert.Len(t, must(c.CreateCHDFSBindingProduct(ctx, binding))(t).MountPointAssociates, 1)
		_, err := c.CreateCHDFSBindingProduct(ctx, binding)
		require.ErrorIs(t, err, cloud.ErrConflict)
		assert.Equal(t, 1, must(c.DescribeOtherCHDFSBindingList(ctx, dlc.DescribeOtherCHDFSBindingListRequest{BucketID: "f-1"}))(t).Total)
		must(c.DeleteCHDFSBindingProduct(ctx, dlc.DeleteCHDFSBindingProductRequest{MountPoint: "f-1", BucketType: "cos", ProductName: "EMR"}))(t)
		_, err = c.DeleteCHDFSBindingProduct(ctx, dlc.DeleteCHDFSBindingProductRequest{MountPoint: "f-1", BucketType: "cos", ProductName: "EMR"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"networks of the account": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		ctx := t.Context()
		grant := dlc.GrantDLCCatalogAccessRequest{VPCID: "vpc-1", Product: "EMR"}
		must(c.GrantDLCCatalogAccess(ctx, grant))(t)
		_, err := c.GrantDLCCatalogAccess(ctx, grant)
		require.ErrorIs(t, err, cloud.ErrConflict)
		assert.Equal(t, 1, must(c.DescribeDLCCatalogAccess(ctx, dlc.DescribeDLCCatalogAccessRequest{}))(t).TotalCount)
		must(c.RevokeDLCCatalogAccess(ctx, dlc.RevokeDLCCatalogAccessRequest{VPCID: "vpc-1"}))(t)
		_, err = c.RevokeDLCCatalogAccess(ctx, dlc.RevokeDLCCatalogAccessRequest{VPCID: "vpc-1"})
		require.ErrorIs(t, err, cloud.ErrNotFound)

		r := dlc.CreateUserVPCConnectionRequest{UserVPCID: "vpc-1", UserSubnetID: "subnet-1", UserVPCEndpointName: "e", EngineNetworkID: "n"}
		id := must(c.CreateUserVPCConnection(ctx, r))(t).UserVPCEndpointID
		_, err = c.CreateUserVPCConnection(ctx, r)
		require.ErrorIs(t, err, dlc.CodeInvalidParameterDuplicateUserVPCConnectionName)
		list := must(c.DescribeUserVPCConnection(ctx, dlc.DescribeUserVPCConnectionRequest{EngineNetworkID: "n", UserVPCEndpointIDs: []string{id}}))(t)
		require.Len(t, list.UserVPCConnectionInfos, 1)
		must(c.DeleteUserVPCConnection(ctx, dlc.DeleteUserVPCConnectionRequest{EngineNetworkID: "n", UserVPCEndpointID: id}))(t)
		_, err = c.DeleteUserVPCConnection(ctx, dlc.DeleteUserVPCConnectionRequest{EngineNetworkID: "n", UserVPCEndpointID: id})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
}

// TestUnknownRegion checks that a region must exist.
func TestUnknownRegion(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		cfg := withoutRetries(emu)
		cfg.Region = "ap-nowhere"
		_, err := clientsOf(t, cfg).dlc.DescribeUsers(t.Context(), dlc.DescribeUsersRequest{})
		require.ErrorIs(t, err, dlc.CodeUnsupportedRegion)
		cfg.Region = "eu-frankfurt"
		_, err = clientsOf(t, cfg).dlc.DescribeUsers(t.Context(), dlc.DescribeUsersRequest{})
		require.NoError(t, err)
	})
}
