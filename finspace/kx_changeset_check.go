package finspace

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkChangeRequest requires a source exactly where something is put.
func checkChangeRequest(p *validate.Problems, r *ChangeRequest) {
	switch {
	case r.ChangeType == ChangeTypePut && r.S3Path == "":
		p.Add("s3Path", "required with changeType PUT", nil)
	case r.ChangeType == ChangeTypeDelete && r.S3Path != "":
		p.Add("s3Path", "must be empty with changeType DELETE", r.S3Path)
	}
}
