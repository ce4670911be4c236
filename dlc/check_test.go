package dlc_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

func TestRulesInProse(t *testing.T) {
	t.Parallel()
	engine := dlc.CreateDataEngineRequest{EngineType: "spark", DataEngineName: "etl", ClusterType: "spark_cu"}
	idle, both := engine, engine
	idle.AutoSuspend = new(true)
	both.AutoSuspend, both.CrontabResumeSuspend = new(true), new(1)
	network := &dlc.DatasourceConnectionLocation{VPCID: "v", VPCCIDRBlock: "10.0.0.0/16", SubnetID: "s", SubnetCIDRBlock: "10.0.1.0/24"}
	hive := func(h dlc.HiveInfo) dlc.CreateDatasourceConnectionRequest {
		h.MetaStoreURL = "thrift://hive"
		h.Location = &dlc.DatasourceConnectionLocation{VPCID: "v", VPCCIDRBlock: "10.0.0.0/16", SubnetID: "s", SubnetCIDRBlock: "10.0.1.0/24"}
		return dlc.CreateDatasourceConnectionRequest{
			DatasourceConnectionName: "lake", DatasourceConnectionType: "HiveCos", ServiceType: "DLC",
			DatasourceConnectionConfig: dlc.DatasourceConnectionConfig{Hive: &h},
		}
	}
	submit := func(change func(*dlc.CreateSparkSubmitTaskRequest)) dlc.CreateSparkSubmitTaskRequest {
		r := dlc.CreateSparkSubmitTaskRequest{TaskName: "t", TaskType: dlc.SparkAppTypeBatch, DataEngineName: "etl", PackagePath: "cosn://b/x.py"}
		change(&r)
		return r
	}
	tests := []struct {
		name    string
		request interface{ Validate() error }
		broken  []string
	}{
		{"an engine that suspends when idle", idle, nil},
		{"an engine that suspends twice", both, []string{"CrontabResumeSuspend"}},
		{"an engine that is changed so", dlc.UpdateDataEngineRequest{
			DataEngineName: "etl", Message: "m", AutoSuspend: new(true), CrontabResumeSuspend: new(1),
		}, []string{"CrontabResumeSuspend"}},
		{"an engine without a description", dlc.UpdateDataEngineRequest{DataEngineName: "etl"}, nil},
		{"a job in a group", dlc.CreateJobSpecRequest{Entrypoint: "python x.py", GroupID: "g"}, nil},
		{"a job in two places", dlc.CreateJobSpecRequest{Entrypoint: "python x.py", GroupID: "g", ClusterID: "c"}, []string{"ClusterId"}},
		{"a job that moves", dlc.UpdateJobSpecRequest{SpecID: "s", Entrypoint: "python x.py", GroupID: new(""), ClusterID: new("c")}, nil},
		{"a job that moves to two places", dlc.UpdateJobSpecRequest{SpecID: "s", Entrypoint: "python x.py", GroupID: new("g"), ClusterID: new("c")}, []string{"ClusterId"}},
		{"Hive on COS", hive(dlc.HiveInfo{Type: "COS", BucketURL: "cosn://b"}), nil},
		{"Hive on COS without a bucket", hive(dlc.HiveInfo{Type: "COS"}), []string{"DatasourceConnectionConfig.Hive.BucketUrl"}},
		{"Hive on HDFS without anything", hive(dlc.HiveInfo{Type: "HDFS"}), []string{
			"DatasourceConnectionConfig.Hive.User", "DatasourceConnectionConfig.Hive.HdfsProperties", "DatasourceConnectionConfig.Hive.HighAvailability",
		}},
		{"a connection without anything", dlc.CreateDatasourceConnectionRequest{
			DatasourceConnectionName: "lake", DatasourceConnectionType: "Mysql", ServiceType: "DLC",
			DatasourceConnectionConfig: dlc.DatasourceConnectionConfig{Mysql: &dlc.MysqlInfo{}, Hive: &dlc.HiveInfo{Mysql: &dlc.MysqlInfo{}}, Kafka: &dlc.KafkaInfo{}},
		}, []string{
			"DatasourceConnectionConfig.Mysql.JdbcUrl", "DatasourceConnectionConfig.Mysql.User", "DatasourceConnectionConfig.Mysql.Password",
			"DatasourceConnectionConfig.Hive.MetaStoreUrl", "DatasourceConnectionConfig.Hive.Location", "DatasourceConnectionConfig.Hive.Type",
			"DatasourceConnectionConfig.Hive.Mysql.Password", "DatasourceConnectionConfig.Kafka.InstanceId", "DatasourceConnectionConfig.Kafka.Location",
		}},
		{"an association by the network alone", dlc.AssociateDatasourceHouseRequest{
			DatasourceConnectionName: "lake", DatasourceConnectionType: "Mysql", DataEngineNames: []string{"etl"}, NetworkConnectionType: 4,
			DatasourceConnectionConfig: dlc.DatasourceConnectionConfig{Mysql: &dlc.MysqlInfo{Location: network}, Hive: &dlc.HiveInfo{Location: network}, Kafka: &dlc.KafkaInfo{Location: network}},
		}, nil},
		{"an association with half a network", dlc.AssociateDatasourceHouseRequest{
			DatasourceConnectionName: "lake", DatasourceConnectionType: "Mysql", DataEngineNames: []string{"etl"}, NetworkConnectionType: 4,
			DatasourceConnectionConfig: dlc.DatasourceConnectionConfig{Mysql: &dlc.MysqlInfo{Location: &dlc.DatasourceConnectionLocation{VPCID: "v"}}},
		}, []string{"DatasourceConnectionConfig.Mysql.Location.SubnetId"}},
		{"Hive on tape", hive(dlc.HiveInfo{Type: "tape"}), []string{"DatasourceConnectionConfig.Hive.Type"}},
		{"a version in COS", dlc.CreateModelVersionRequest{ModelUID: "m", ModelVersion: "1", StorageType: "COS"}, []string{"StorageUri"}},
		{"a version in GooseFS", dlc.CreateModelVersionRequest{ModelUID: "m", ModelVersion: "1", StorageType: "GooseFS"}, []string{"GooseFSConfig"}},
		{"a local version", dlc.CreateModelVersionRequest{
			ModelUID: "m", ModelVersion: "1", StorageType: "Local", GooseFSConfig: &dlc.GooseFSConfig{},
		}, []string{"GooseFSConfig"}},
		{"an administrator", dlc.CreateUserRequest{UserID: "1", UserType: dlc.UserTypeAdmin}, nil},
		{"an administrator with rights", dlc.CreateUserRequest{
			UserID: "1", UserType: dlc.UserTypeAdmin, PolicySet: []dlc.Policy{{}}, WorkGroupIDs: []int{1},
		}, []string{"PolicySet", "WorkGroupIds"}},
		{"a script", submit(func(*dlc.CreateSparkSubmitTaskRequest) {}), nil},
		{"a package without a class", submit(func(r *dlc.CreateSparkSubmitTaskRequest) { r.PackagePath = "cosn://b/x.jar" }), []string{"MainClass"}},
		{"a task without SQL", submit(func(r *dlc.CreateSparkSubmitTaskRequest) { r.TaskType, r.PackagePath = dlc.SparkAppTypeSQL, "" }), []string{"CmdArgs"}},
		{"a task with SQL", submit(func(r *dlc.CreateSparkSubmitTaskRequest) {
			r.TaskType, r.PackagePath = dlc.SparkAppTypeSQL, ""
			r.CmdArgs = []dlc.KVPair{{Key: "MAINARGS", Value: dlc.Base64("SELECT 1")}}
		}), nil},
		{"a bucket for no engine", dlc.CreateCHDFSBindingProductRequest{MountPoint: "m", BucketType: "cos", ProductName: "DLC"}, []string{"EngineName"}},
		{"a bucket for no network", dlc.DeleteCHDFSBindingProductRequest{MountPoint: "m", BucketType: "cos", ProductName: "other"}, []string{"VpcInfo"}},
		{"no job in particular", dlc.DescribeSparkAppJobRequest{}, []string{"JobId"}},
		{"a job by its name", dlc.DescribeSparkAppJobRequest{JobName: "nightly"}, nil},
		{"no task", dlc.CreateTaskRequest{Task: dlc.Task{}}, []string{"Task.SQLTask.SQL"}},
		{"a task of a kind without SQL", dlc.CreateTaskRequest{Task: dlc.Task{SQLTask: &dlc.SQLTask{}}}, []string{"Task.SQLTask.SQL"}},
		{"a task of both kinds", dlc.CreateTaskRequest{Task: dlc.Task{
			SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}, SparkSQLTask: &dlc.SQLTask{},
		}}, nil},
		{"a task", dlc.CreateTaskRequest{Task: dlc.Task{SparkSQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}}}, nil},
		{"a directory nowhere", dlc.CreateLabRequest{Name: "l", PersistentWorkDir: &dlc.PersistentWorkDir{Type: "CFS", VolumeSubPath: "/../x"}}, []string{
			"PersistentWorkDir.FileSystemId", "PersistentWorkDir.VolumeSubPath",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.request.Validate()
			var fields []string
			if invalid, ok := errors.AsType[*cloud.ValidationError](err); ok {
				for _, p := range invalid.Problems {
					fields = append(fields, p.Field)
				}
			} else {
				require.NoError(t, err)
			}
			if len(tt.broken) == 0 {
				assert.Empty(t, fields, "%v", err)
				return
			}
			assert.Subset(t, fields, tt.broken)
		})
	}
}
