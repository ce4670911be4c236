package conformance_test

import (
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcPartitions creates partitions of resources with their queues.
func dlcPartitions(d *dlcCaller) {
	quota := []object{{"ResourceSpec": object{"ResourceType": "CPU", "Spec": "4C16G"}, "Quota": 32}}
	for _, name := range []string{"gpu", "cpu", "spare"} {
		d.id("BigDealId", "CreatePartition", object{
			"ActionType": "purchase", "PayMode": 1, "ResourceQuotaList": quota, "TimeSpan": 1, "TimeUnit": "m", "Name": name,
			"Description": "first",
		})
	}
	d.pages("Partitions", 3, "DescribePartitions", object{})
	d.pages("Partitions", 3, "DescribePartitions", object{"SortFields": []object{{"Field": "Name", "Order": "DESC"}}})
	shown := d.only("Partitions", "DescribePartitions", object{"Filters": filter("Name", "gpu")})
	d.shows(shown, object{"Name": "gpu", "Description": "first", "PayMode": 1, "ResourceQuota": quota})
	code := at(shown, "PartitionCode")
	d.do("ModifyPartitionDescription", object{"PartitionCode": code, "Description": "second"})
	d.shows(d.do("DescribePartitionDetail", object{"PartitionCode": code})["PartitionDetail"],
		object{"PartitionCode": code, "PartitionName": "gpu", "Description": "second", "ResourceQuota": quota, "PayMode": 1})
	const gone = "ResourceNotFound.Partition"
	d.refuse(gone, "DescribePartitionDetail", object{"PartitionCode": "none"})
	d.refuse(gone, "ModifyPartitionDescription", object{"PartitionCode": "none", "Description": "third"})
	d.refuse(gone, "DescribePartitionQueues", object{"PartitionCode": "none"})

	usage := []object{{"ResourceSpec": object{"ResourceType": "CPU"}, "Min": 1, "Max": 8}}
	queue := object{"PartitionCode": code, "QueueName": "train", "ResourceUsages": usage, "QueueType": 1, "Description": "first"}
	id := d.number("Id", "CreatePartitionQueue", queue)
	d.refuse("ResourceInUse.QueueName", "CreatePartitionQueue", queue)
	d.do("CheckQueueName", object{"QueueName": "train", "PartitionCode": code}, object{"IsValid": "false"})
	d.do("CheckQueueName", object{"QueueName": "serve", "PartitionCode": code}, object{"IsValid": "true"})
	d.pages("QueueList", 2, "DescribePartitionQueues", object{"PartitionCode": code})
	d.shows(d.only("QueueList", "DescribePartitionQueues", object{"PartitionCode": code, "Filters": filter("QueueName", "train")}),
		object{"Id": id, "QueueName": "train", "ResourceUsage": usage, "QueueType": 1, "Description": "first"})
	d.do("ModifyPartitionQueue", object{"Id": id, "PartitionCode": code, "QueueName": "serve", "Description": "second"})
	d.do("DescribePartitionQueues", object{"PartitionCode": code},
		object{"QueueList.1.QueueName": "serve", "QueueList.1.Description": "second", "DefaultQueue.QueueName": "default"})
	d.refuse("InvalidParameterValue.QueueIdMismatch", "DeletePartitionQueue",
		object{"PartitionCode": code, "QueueName": "train", "Id": id})
	d.do("DeletePartitionQueue", object{"PartitionCode": code, "QueueName": "serve", "Id": id})
	d.pages("QueueList", 1, "DescribePartitionQueues", object{"PartitionCode": code})
	d.refuse("ResourceNotFound.PartitionQueue", "DeletePartitionQueue", object{"PartitionCode": code, "QueueName": "serve", "Id": id})
	d.refuse("ResourceNotFound.PartitionQueue", "ModifyPartitionQueue", object{"Id": id, "QueueName": "other"})

	d.valid("CheckModifyPartition", object{"PartitionCode": code, "TargetResourceQuotaList": quota})
	d.valid("DescribeFlowList", object{"PartitionCode": code})
	d.valid("DescribeFlowDetailList", object{"PartitionCode": code})
	d.valid("DescribeSaleResourceInfo", object{})
	require.Contains(d, d.do("DescribeSaleRegions", object{})["RegionList"],
		object{"RegionCode": "ap-guangzhou", "RegionName": "Guangzhou", "Status": "AVAILABLE"})
}

// dlcMasks creates strategies that mask columns.
func dlcMasks(d *dlcCaller) {
	var ids []string
	for _, name := range []string{"hide", "hash", "show"} {
		strategy := object{"StrategyName": name, "StrategyType": "MASK", "StrategyDesc": "first", "Users": "100",
			"Groups": []object{{"WorkGroupId": 1}}}
		ids = append(ids, d.id("StrategyId", "CreateDataMaskStrategy", object{"Strategy": strategy}))
		d.refuse("OperationDenied", "CreateDataMaskStrategy", object{"Strategy": strategy})
		d.shows(d.only("Strategies", "DescribeDataMaskStrategies", object{"Filters": filter("strategy-name", name)}), strategy)
	}
	d.pages("Strategies", 3, "DescribeDataMaskStrategies", object{})
	d.pages("Strategies", 2, "DescribeDataMaskStrategies", object{"Filters": filter("strategy-name", "hid", "has")})
	d.do("UpdateDataMaskStrategy", object{"Strategy": object{"StrategyId": ids[0], "StrategyDesc": "second"}})
	d.shows(d.only("Strategies", "DescribeDataMaskStrategies", object{"Filters": filter("strategy-name", "hide")}),
		object{"StrategyId": ids[0], "StrategyName": "hide", "StrategyDesc": "second"})

	d.emu.DLC.AddTable(dlc.TableResponseInfo{
		TableBaseInfo: &dlc.TableBaseInfo{DatabaseName: "sales",
			TableName: "orders"}, Columns: []dlc.Column{{Name: "card", Type: "string"}},
	})
	column := object{"Catalog": "DataLakeCatalog", "Database": "sales", "Table": "orders", "Column": "card", "Operation": "SELECT"}
	attach := func(id string) object {
		return object{"DataMaskStrategyPolicySet": []object{{"DataMaskStrategyId": id, "PolicyInfo": column, "ColumnType": "string"}}}
	}
	d.do("AttachDataMaskPolicy", attach(ids[0]))
	d.do("DescribeTable", object{"DatabaseName": "sales", "TableName": "orders"},
		object{"Table.Columns.0.DataMaskStrategyInfo.StrategyName": "hide"})
	d.do("DeleteDataMaskStrategy", object{"StrategyId": ids[2]})
	d.pages("Strategies", 2, "DescribeDataMaskStrategies", object{})
	d.refuse("ResourceNotFound", "DeleteDataMaskStrategy", object{"StrategyId": ids[2]})
	d.refuse("ResourceNotFound", "UpdateDataMaskStrategy", object{"Strategy": object{"StrategyId": ids[2], "StrategyDesc": "third"}})
	d.refuse("ResourceNotFound", "AttachDataMaskPolicy", attach(ids[2]))
}

// dlcStorage says where results go, and binds buckets.
func dlcStorage(d *dlcCaller) {
	d.do("DescribeStoreLocation", object{}, object{"StoreLocation": ""})
	for _, location := range []string{"cosn://results/", "cosn://others/"} {
		d.do("CreateStoreLocation", object{"StoreLocation": location})
		d.do("DescribeStoreLocation", object{}, object{"StoreLocation": location})
		d.do("ModifyAdvancedStoreLocation", object{"StoreLocation": location, "Enable": 1})
		d.do("DescribeAdvancedStoreLocation", object{}, object{"StoreLocation": location, "Enable": 1})
	}
	vpc := []object{{"VpcId": "vpc-1", "VpcCidrBlock": "10.0.0.0/16", "RuleId": 1, "AccessGroupId": "ag-1"}}
	for _, product := range []string{"EMR", "TKE"} {
		binding := object{"MountPoint": "f-1", "BucketType": "cos", "ProductName": product, "VpcInfo": vpc}
		d.do("CreateCHDFSBindingProduct", binding,
			object{"MountPointAssociates.#": 1, "MountPointAssociates.0.VpcId": "vpc-1", "MountPointAssociates.0.AccessGroupId": "ag-1"})
		d.refuse("OperationDenied", "CreateCHDFSBindingProduct", binding)
	}
	bound := object{"BucketId": "f-1"}
	d.do("DescribeOtherCHDFSBindingList", bound, object{"Total": 2, "OtherCHDFSBindingList.1.ProductName": "TKE"})
	binding := object{"MountPoint": "f-1", "BucketType": "cos", "ProductName": "EMR"}
	d.do("DeleteCHDFSBindingProduct", binding)
	d.do("DescribeOtherCHDFSBindingList", bound, object{"Total": 1, "OtherCHDFSBindingList.0.ProductName": "TKE"})
	d.refuse("ResourceNotFound", "DeleteCHDFSBindingProduct", binding)
	d.valid("DescribeLakeFsInfo", object{})
	d.valid("DescribeLakeFsDirSummary", object{})
	d.valid("DescribeLakeFsTaskResult", object{"FsPath": "lakefs://a/b"})
}

// dlcNetworks opens the catalog to networks, and connects networks with engines.
func dlcNetworks(d *dlcCaller) {
	for _, vpc := range []string{"vpc-1", "vpc-2", "vpc-3"} {
		grant := object{"VpcId": vpc, "Product": "EMR", "Description": "ours", "VpcUin": "100", "VpcAppId": 1}
		d.do("GrantDLCCatalogAccess", grant)
		d.refuse("OperationDenied", "GrantDLCCatalogAccess", grant)
		d.shows(d.only("Rows", "DescribeDLCCatalogAccess", object{"Filter": filter("VpcId", vpc)[0]}), grant)
	}
	d.pages("Rows", 3, "DescribeDLCCatalogAccess", object{})
	d.do("RevokeDLCCatalogAccess", object{"VpcId": "vpc-2"})
	d.pages("Rows", 2, "DescribeDLCCatalogAccess", object{"Filter": filter("Product", "EMR")[0]})
	d.refuse("ResourceNotFound", "RevokeDLCCatalogAccess", object{"VpcId": "vpc-2"})

	var ids []string
	for _, name := range []string{"one", "two"} {
		connection := object{"UserVpcId": "vpc-1", "UserSubnetId": "subnet-1", "UserVpcEndpointName": name, "EngineNetworkId": "net-1"}
		id := d.id("UserVpcEndpointId", "CreateUserVpcConnection", connection)
		d.refuse("InvalidParameter.DuplicateUserVpcConnectionName", "CreateUserVpcConnection", connection)
		d.shows(d.only("UserVpcConnectionInfos", "DescribeUserVpcConnection",
			object{"EngineNetworkId": "net-1", "UserVpcEndpointIds": []string{id}}), connection)
		ids = append(ids, id)
	}
	d.do("DescribeUserVpcConnection", object{"EngineNetworkId": "net-1"}, object{"UserVpcConnectionInfos.#": 2})
	d.do("DeleteUserVpcConnection", object{"EngineNetworkId": "net-1", "UserVpcEndpointId": ids[0]})
	d.do("DescribeUserVpcConnection", object{"EngineNetworkId": "net-1"}, object{"UserVpcConnectionInfos.#": 1})
	d.refuse("ResourceNotFound", "DeleteUserVpcConnection", object{"EngineNetworkId": "net-1", "UserVpcEndpointId": ids[0]})

	for _, id := range []string{"net-1", "net-2", "net-3"} {
		d.emu.DLC.AddEngineNetwork(dlc.EngineNetworkInfo{EngineNetworkID: id, EngineNetworkState: dlc.EngineNetworkStateAvailable})
	}
	d.pages("EngineNetworkInfos", 3, "DescribeEngineNetworks", object{})
	d.pages("EngineNetworkInfos", 2, "DescribeEngineNetworks", object{"Filters": filter("engine-network-id", "net-1", "net-3")})
}

// dlcConnections connects data sources.
func dlcConnections(d *dlcCaller) {
	where := object{"VpcId": "vpc-1", "VpcCidrBlock": "10.0.0.0/16", "SubnetId": "subnet-1", "SubnetCidrBlock": "10.0.1.0/24"}
	config := object{"Mysql": object{"JdbcUrl": "jdbc:mysql://10.0.0.1/", "User": "u", "Password": "p", "Location": where}}
	for _, name := range []string{"orders", "stock", "staff"} {
		source := object{
			"DatasourceConnectionName": name, "DatasourceConnectionType": "Mysql", "DatasourceConnectionConfig": config,
			"ServiceType":              "DLC",
			"DatasourceConnectionDesc": "first", "NetworkConnectionName": "to-" + name, "NetworkConnectionDesc": "there",
			"NetworkConnectionType": 2,
		}
		id := d.id("DatasourceConnectionId", "CreateDatasourceConnection", source)
		d.refuse("InvalidParameter.DuplicateDatasourceName", "CreateDatasourceConnection", source)
		d.wait()
		d.shows(d.only("ConnectionSet", "DescribeDatasourceConnection", object{"DatasourceConnectionIds": []string{id}}),
			object{"DatasourceConnectionName": name, "DatasourceConnectionType": "Mysql", "DatasourceConnectionDesc": "first",
				"State": 1})
		d.shows(d.only("NetworkConnectionSet", "DescribeNetworkConnections", object{"NetworkConnectionName": "to-" + name}),
			object{"DatasourceConnectionName": "to-" + name, "NetworkConnectionDesc": "there", "NetworkConnectionType": 2, "State": 1})
	}
	d.pages("ConnectionSet", 3, "DescribeDatasourceConnection", object{})
	d.pages("ConnectionSet", 2, "DescribeDatasourceConnection", object{"DatasourceConnectionNames": []string{"stock", "staff"}})
	d.pages("ConnectionSet", 0, "DescribeDatasourceConnection", object{"DatasourceConnectionTypes": []string{"Kafka"}})
	d.pages("NetworkConnectionSet", 3, "DescribeNetworkConnections", object{})
	d.pages("NetworkConnectionSet", 3, "DescribeNetworkConnections", object{"NetworkConnectionType": 2})
	d.valid("UpdateNetworkConnection", object{"NetworkConnectionName": "to-orders", "NetworkConnectionDesc": "second"})
	d.emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "sql"})
	d.valid("AssociateDatasourceHouse", object{
		"DatasourceConnectionName": "orders", "DatasourceConnectionType": "Mysql", "DatasourceConnectionConfig": config,
		"DataEngineNames": []string{"sql"}, "NetworkConnectionType": 2, "NetworkConnectionDesc": "there",
	})
	d.valid("UnboundDatasourceHouse", object{"NetworkConnectionName": "to-orders"})
}
