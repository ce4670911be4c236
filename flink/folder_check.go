package flink

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

func checkCreateFolderRequest(p *validate.Problems, r *CreateFolderRequest) {
	requireInBody(p, "folder", "name", r.Folder.Name)
}
