package dlc

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkCreateDatasourceConnectionRequest requires the members that locate the data. The model requires them
// wherever one of these types is used, but an association with an engine has only the network.
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

// checkHive requires the members of the storage that Hive keeps its data in, COS or HDFS.
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
