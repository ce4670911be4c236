package dlc

import (
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

// The rules that DLC states in prose, where no model has them, and that its documented requests keep to.

func checkCreateDataEngineRequest(p *validate.Problems, r *CreateDataEngineRequest) {
	checkSuspension(p, r.AutoSuspend, r.CrontabResumeSuspend)
}

func checkUpdateDataEngineRequest(p *validate.Problems, r *UpdateDataEngineRequest) {
	checkSuspension(p, r.AutoSuspend, r.CrontabResumeSuspend)
}

// checkSuspension refuses an engine that suspends both when idle and by the clock.
func checkSuspension(p *validate.Problems, idle *bool, clock *int) {
	if idle != nil && *idle && clock != nil && *clock == 1 {
		p.Add("CrontabResumeSuspend", "must be 0 with AutoSuspend true", *clock)
	}
}

func checkCreateJobSpecRequest(p *validate.Problems, r *CreateJobSpecRequest) {
	checkTarget(p, r.GroupID, r.ClusterID)
}

func checkUpdateJobSpecRequest(p *validate.Problems, r *UpdateJobSpecRequest) {
	if r.GroupID != nil && r.ClusterID != nil {
		checkTarget(p, *r.GroupID, *r.ClusterID)
	}
}

// checkTarget refuses jobs that are to run in a group and on a cluster.
func checkTarget(p *validate.Problems, group, cluster string) {
	if group != "" && cluster != "" {
		p.Add("ClusterId", "must be left out with GroupId", cluster)
	}
}

// checkCreateDatasourceConnectionRequest asks for what says where the data is. The model asks for it wherever
// one of these types goes, but an association with an engine gives the place in the network alone.
func checkCreateDatasourceConnectionRequest(p *validate.Problems, r *CreateDatasourceConnectionRequest) {
	c := r.DatasourceConnectionConfig
	p.Enter("DatasourceConnectionConfig")
	if c.Mysql != nil {
		checkMysql(p, c.Mysql)
	}
	if c.Hive != nil {
		checkHive(p, c.Hive)
	}
	if c.Kafka != nil {
		p.Enter("Kafka")
		required(p, "InstanceId", c.Kafka.InstanceID == "")
		required(p, "Location", c.Kafka.Location == nil)
		p.Leave()
	}
	p.Leave()
}

func checkMysql(p *validate.Problems, r *MysqlInfo) {
	p.Enter("Mysql")
	required(p, "JdbcUrl", r.JDBCURL == "")
	required(p, "User", r.User == "")
	required(p, "Password", r.Password == "")
	p.Leave()
}

// checkHive knows that Hive keeps its data in COS or in HDFS, each with members of its own.
func checkHive(p *validate.Problems, r *HiveInfo) {
	p.Enter("Hive")
	required(p, "MetaStoreUrl", r.MetaStoreURL == "")
	required(p, "Location", r.Location == nil)
	switch r.Type {
	case "":
		p.Missing("Type")
	case "COS":
		needs(p, "BucketUrl", r.BucketURL, "Type COS")
	case "HDFS":
		needs(p, "User", r.User, "Type HDFS")
		needs(p, "HdfsProperties", r.HdfsProperties, "Type HDFS")
		if r.HighAvailability == nil {
			p.Add("HighAvailability", "required with Type HDFS", nil)
		}
	default:
		p.Add("Type", "must be COS or HDFS", r.Type)
	}
	if r.Mysql != nil {
		checkMysql(p, r.Mysql)
	}
	p.Leave()
}

func required(p *validate.Problems, name string, absent bool) {
	if absent {
		p.Missing(name)
	}
}

func checkPersistentWorkDir(p *validate.Problems, r *PersistentWorkDir) {
	switch r.Type {
	case "COS":
		needs(p, "Bucket", r.Bucket, "Type COS")
	case "CFS":
		needs(p, "FileSystemId", r.FileSystemID, "Type CFS")
	}
}

// checkCreateModelVersionRequest knows where the files of each kind of storage are named.
func checkCreateModelVersionRequest(p *validate.Problems, r *CreateModelVersionRequest) {
	switch r.StorageType {
	case "COS", "CFS", "CFSTurbo":
		needs(p, "StorageUri", r.StorageURI, "StorageType "+r.StorageType)
	case "GooseFS":
		if r.GooseFSConfig == nil {
			p.Add("GooseFSConfig", "required with StorageType GooseFS", nil)
		}
	case "LOCAL", "Local":
		if r.GooseFSConfig != nil {
			p.Add("GooseFSConfig", "must be left out with StorageType "+r.StorageType, nil)
		}
	}
}

// checkCreateUserRequest knows that administrators have all rights.
func checkCreateUserRequest(p *validate.Problems, r *CreateUserRequest) {
	if r.UserType != UserTypeAdmin {
		return
	}
	if len(r.PolicySet) > 0 {
		p.Add("PolicySet", "must be empty with UserType ADMIN", len(r.PolicySet))
	}
	if len(r.WorkGroupIDs) > 0 {
		p.Add("WorkGroupIds", "must be empty with UserType ADMIN", len(r.WorkGroupIDs))
	}
}

// checkCreateSparkSubmitTaskRequest knows what each kind of program needs to start.
func checkCreateSparkSubmitTaskRequest(p *validate.Problems, r *CreateSparkSubmitTaskRequest) {
	if strings.HasSuffix(r.PackagePath, ".jar") {
		needs(p, "MainClass", r.MainClass, "a .jar as PackagePath")
	}
	if r.TaskType != SparkAppTypeSQL {
		return
	}
	for _, arg := range r.CmdArgs {
		if arg.Key == "MAINARGS" && arg.Value != "" {
			return
		}
	}
	p.Add("CmdArgs", "must have the SQL under MAINARGS, in base64, with TaskType 4", nil)
}

func checkCreateCHDFSBindingProductRequest(p *validate.Problems, r *CreateCHDFSBindingProductRequest) {
	checkBoundProduct(p, r.ProductName, r.EngineName, r.VPCInfo)
}

func checkDeleteCHDFSBindingProductRequest(p *validate.Problems, r *DeleteCHDFSBindingProductRequest) {
	checkBoundProduct(p, r.ProductName, r.EngineName, r.VPCInfo)
}

// checkBoundProduct knows that a bucket is bound to an engine of DLC, or to the networks of another product.
func checkBoundProduct(p *validate.Problems, product, engine string, networks []VPCInfo) {
	switch product {
	case "DLC":
		needs(p, "EngineName", engine, "ProductName DLC")
	case "other":
		if len(networks) == 0 {
			p.Add("VpcInfo", "required with ProductName other", nil)
		}
	}
}

func checkDescribeSparkAppJobRequest(p *validate.Problems, r *DescribeSparkAppJobRequest) {
	if r.JobID == "" && r.JobName == "" {
		p.Add("JobId", "required, or JobName", nil)
	}
}

// checkTask refuses a task without SQL of either kind. Both may be there, one of them empty: which kind
// the engine runs is its own affair.
func checkTask(p *validate.Problems, r *Task) {
	if !r.SQLTask.hasSQL() && !r.SparkSQLTask.hasSQL() {
		p.Add("SQLTask.SQL", "required, or SparkSQLTask.SQL", nil)
	}
}

func (t *SQLTask) hasSQL() bool {
	return t != nil && t.SQL != ""
}

// needs reports a text that another member makes necessary.
func needs(p *validate.Problems, name, value, with string) {
	if value == "" {
		p.Add(name, "required with "+with, nil)
	}
}
