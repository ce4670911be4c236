package finspace

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkCreateKxDataviewRequest refuses a writable dataview that updates itself.
func checkCreateKxDataviewRequest(p *validate.Problems, r *CreateKxDataviewRequest) {
	checkOneZone(p, r.AZMode)
	if r.ReadWrite && r.AutoUpdate {
		p.Add("autoUpdate", "must be false with readWrite true", r.AutoUpdate)
	}
	checkSegments(p, r.SegmentConfigurations)
}

func checkUpdateKxDataviewRequest(p *validate.Problems, r *UpdateKxDataviewRequest) {
	checkSegments(p, r.SegmentConfigurations)
}

func checkKxDataviewConfiguration(p *validate.Problems, r *KxDataviewConfiguration) {
	checkSegments(p, r.SegmentConfigurations)
}

// checkSegments refuses a path that is on one volume twice.
func checkSegments(p *validate.Problems, segments []KxDataviewSegmentConfiguration) {
	type place struct{ volume, path string }
	seen := map[place]bool{}
	for i, s := range segments {
		p.Index("segmentConfigurations", i)
		for k, path := range s.DBPaths {
			at := place{s.VolumeName, path}
			if seen[at] {
				p.Index("dbPaths", k)
				p.Add("", "must not come twice for one volume", path)
				p.Leave()
			}
			seen[at] = true
		}
		p.Leave()
	}
}
