package flink

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) folderOperations() front.Handlers {
	return front.Handlers{
		"GetFolder":    front.Handle(s.getFolder),
		"CreateFolder": front.Handle(s.createFolder),
		"UpdateFolder": front.Handle(s.updateFolder),
		"DeleteFolder": front.Handle(s.deleteFolder),
	}
}

// rootFolder is the ID of the folder above all others. Every namespace has it.
const rootFolder = "root"

// AddFolder adds a folder to a namespace of a workspace, or replaces it, and returns its ID.
func (s *Service) AddFolder(workspace, namespace string, folder flink.Folder) (folderID string) {
	s.know(workspace, namespace)
	f := folder
	f.FolderID = cmp.Or(f.FolderID, s.world.NewUUID())
	f.Name = cmp.Or(f.Name, "folder")
	return s.saveFolder(workspace, namespace, f).FolderID
}

// saveFolder saves a folder without those below, which know their parents.
func (s *Service) saveFolder(workspace, namespace string, f flink.Folder) flink.Folder {
	f.Workspace, f.Namespace, f.SubFolder = workspace, namespace, nil
	f.ParentID = cmp.Or(f.ParentID, rootFolder)
	f.CreatedAt = cmp.Or(f.CreatedAt, cloud.Seconds(s.world.Now()))
	f.ModifiedAt = cmp.Or(f.ModifiedAt, f.CreatedAt)
	save(s, s.folders, world.KeyOf(workspace, namespace, f.FolderID), f)
	return f
}

// folder returns a folder with those right below it.
func (s *Service) folder(workspace, namespace, id string) (*flink.Folder, error) {
	f := flink.Folder{FolderID: rootFolder, Name: rootFolder, Workspace: workspace, Namespace: namespace}
	if id != rootFolder {
		var err error
		if f, err = visible(s, s.folders, world.KeyOf(workspace, namespace, id), "folder", id); err != nil {
			return nil, err
		}
	}
	for _, sub := range s.foldersIn(workspace, namespace, id) {
		f.SubFolder = append(f.SubFolder, flink.SubFolder{FolderID: sub.FolderID, Name: sub.Name, ParentID: sub.ParentID})
	}
	return &f, nil
}

func (s *Service) foldersIn(workspace, namespace, parent string) []flink.Folder {
	return world.Copies(selectFrom(inNamespace(s, s.folders, workspace, namespace),
		func(f *flink.Folder) bool { return f.ParentID == parent }))
}

// checkFolder refuses a folder that does not exist.
func (s *Service) checkFolder(workspace, namespace, id string) error {
	_, err := s.folder(workspace, namespace, id)
	return err
}

// getFolder returns a folder, by default the root. There is one tree, for drafts and scripts alike.
func (s *Service) getFolder(_ *front.Received, in flink.GetFolderRequest) (any, error) {
	return s.folder(in.Workspace, in.Namespace, cmp.Or(in.FolderID, rootFolder))
}

func (s *Service) createFolder(_ *front.Received, in flink.CreateFolderRequest) (any, error) {
	f := flink.Folder{Name: in.Folder.Name, ParentID: cmp.Or(in.Folder.ParentID, rootFolder)}
	if err := s.checkPlace(in.Workspace, in.Namespace, f); err != nil {
		return nil, err
	}
	f.FolderID = s.world.NewUUID()
	saved := s.saveFolder(in.Workspace, in.Namespace, f)
	return &saved, nil
}

// checkPlace refuses a folder whose parent does not exist or has another folder of its name, or is the folder itself or
// below it.
func (s *Service) checkPlace(workspace, namespace string, f flink.Folder) error {
	for id := f.ParentID; id != rootFolder; {
		above, err := s.folder(workspace, namespace, id)
		if err != nil {
			return err
		}
		if id == f.FolderID {
			return stateConflict("folder", f.Name, "cannot be moved below itself")
		}
		id = above.ParentID
	}
	for _, sibling := range s.foldersIn(workspace, namespace, f.ParentID) {
		if sibling.Name == f.Name && sibling.FolderID != f.FolderID {
			return stateConflict("folder", f.Name, "already exists")
		}
	}
	return nil
}

// updateFolder renames or moves a folder.
func (s *Service) updateFolder(_ *front.Received, in flink.UpdateFolderRequest) (any, error) {
	f, err := actual(s, s.folders, world.KeyOf(in.Workspace, in.Namespace, in.FolderID), "folder", in.FolderID)
	if err != nil {
		return nil, err
	}
	f.Name, f.ParentID = cmp.Or(in.Folder.Name, f.Name), cmp.Or(in.Folder.ParentID, f.ParentID)
	if err := s.checkPlace(in.Workspace, in.Namespace, f); err != nil {
		return nil, err
	}
	f.ModifiedAt = cloud.Seconds(s.world.Now())
	s.saveFolder(in.Workspace, in.Namespace, f)
	return s.folder(in.Workspace, in.Namespace, in.FolderID)
}

// deleteFolder deletes an empty folder.
func (s *Service) deleteFolder(_ *front.Received, in flink.DeleteFolderRequest) (any, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.FolderID)
	if _, err := actual(s, s.folders, key, "folder", in.FolderID); err != nil {
		return nil, err
	}
	drafts := selectFrom(inNamespace(s, s.drafts, in.Workspace, in.Namespace),
		func(d *flink.DeploymentDraft) bool { return d.ParentID == in.FolderID })
	files := selectFrom(inNamespace(s, s.sqlFiles, in.Workspace, in.Namespace),
		func(f *flink.SQLFile) bool { return f.ParentID == in.FolderID })
	if len(s.foldersIn(in.Workspace, in.Namespace, in.FolderID))+len(drafts)+len(files) > 0 {
		return nil, stateConflict("folder", in.FolderID, "is not empty")
	}
	_, err := remove(s, s.folders, key, "folder", in.FolderID)
	return nil, err
}
