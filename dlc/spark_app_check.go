package dlc

import (
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

func checkDescribeSparkAppJobRequest(p *validate.Problems, r *DescribeSparkAppJobRequest) {
	if r.JobID == "" && r.JobName == "" {
		p.Add("JobId", "required, or JobName", nil)
	}
}

// checkCreateSparkSubmitTaskRequest requires what each kind of program needs to start.
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
