package dlc

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

func checkPersistentWorkDir(p *validate.Problems, r *PersistentWorkDir) {
	switch r.Type {
	case "COS":
		needs(p, "Bucket", r.Bucket, "Type COS")
	case "CFS":
		needs(p, "FileSystemId", r.FileSystemID, "Type CFS")
	}
}
