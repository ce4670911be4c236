package dlc

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkCreateModelVersionRequest requires the members that name the files in each kind of storage.
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
