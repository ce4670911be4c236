package dlc

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

func checkCreateJobSpecRequest(p *validate.Problems, r *CreateJobSpecRequest) {
	checkTarget(p, r.GroupID, r.ClusterID)
}

func checkUpdateJobSpecRequest(p *validate.Problems, r *UpdateJobSpecRequest) {
	if r.GroupID != nil && r.ClusterID != nil {
		checkTarget(p, *r.GroupID, *r.ClusterID)
	}
}

// checkTarget refuses a job with both a group and a cluster to run on.
func checkTarget(p *validate.Problems, group, cluster string) {
	if group != "" && cluster != "" {
		p.Add("ClusterId", "must be left out with GroupId", cluster)
	}
}
