package flink

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) udfOperations() front.Handlers {
	return front.Handlers{
		"GetUdfArtifacts":             front.Handle(s.getUDFArtifacts),
		"CreateUdfArtifact":           front.Handle(s.createUDFArtifact),
		"UpdateUdfArtifact":           front.Handle(s.updateUDFArtifact),
		"DeleteUdfArtifact":           front.Handle(s.deleteUDFArtifact),
		"RegisterUdfFunction":         front.Handle(s.registerFunction),
		"DeleteUdfFunction":           front.Handle(s.deleteFunction),
		"GetPreSignedUrlForPutObject": front.Handle(s.presignUpload),
	}
}

// AddUDFArtifact adds a file with user-defined functions to a namespace of a workspace, or replaces it, and returns its name.
func (s *Service) AddUDFArtifact(workspace, namespace string, artifact flink.UDFArtifact) (name string) {
	s.know(workspace, namespace)
	a := artifact
	a.Name = cmp.Or(a.Name, "functions.jar")
	return s.saveArtifact(workspace, namespace, a).Name
}

func (s *Service) saveArtifact(workspace, namespace string, a flink.UDFArtifact) flink.UDFArtifact {
	a.Namespace = namespace
	a.ArtifactType = cmp.Or(a.ArtifactType, artifactType(a.JarURL))
	a.CreatedAt = cmp.Or(a.CreatedAt, cloud.Seconds(s.world.Now()))
	a.ModifiedAt = cmp.Or(a.ModifiedAt, a.CreatedAt)
	for i := range a.UDFClasses {
		a.UDFClasses[i].UDFArtifactName = a.Name
		a.UDFClasses[i].ClassType = cmp.Or(a.UDFClasses[i].ClassType, flink.UDFTypeScalar)
	}
	save(s, s.udfs, world.KeyOf(workspace, namespace, a.Name), a)
	return a
}

func artifactType(url string) flink.UDFArtifactType {
	if ext := path.Ext(url); ext == ".py" || ext == ".zip" {
		return flink.UDFArtifactTypePython
	}
	return flink.UDFArtifactTypeJava
}

func (s *Service) getUDFArtifacts(_ *front.Received, in flink.GetUDFArtifactsRequest) (any, error) {
	return selectFrom(inNamespace(s, s.udfs, in.Workspace, in.Namespace), func(a *flink.UDFArtifact) bool {
		return world.MatchesName(in.UDFArtifactName, a.Name)
	}), nil
}

// createUDFArtifact registers a file. The emulator does not read it: its classes are those that the request names and those
// of the functions that are registered later.
func (s *Service) createUDFArtifact(_ *front.Received, in flink.CreateUDFArtifactRequest) (any, error) {
	a := in.UDFArtifact
	if exists(s, s.udfs, world.KeyOf(in.Workspace, in.Namespace, a.Name)) {
		return &flink.CreateUDFArtifactResult{Message: "a file named " + a.Name + " is already registered"}, nil
	}
	if colliding := s.collidingClasses(in.Workspace, in.Namespace, a); len(colliding) > 0 {
		return &flink.CreateUDFArtifactResult{CollidingClasses: colliding, Message: "another file has classes of these names"}, nil
	}
	a.Creator, a.CreatedAt, a.ModifiedAt = accountName, 0, 0
	a = s.saveArtifact(in.Workspace, in.Namespace, a)
	return &flink.CreateUDFArtifactResult{CreateSuccess: true, UDFArtifact: &a}, nil
}

// collidingClasses returns the classes of other files that have a name of this one's.
func (s *Service) collidingClasses(workspace, namespace string, a flink.UDFArtifact) []flink.UDFClass {
	var colliding []flink.UDFClass
	for _, other := range inNamespace(s, s.udfs, workspace, namespace) {
		if other.Name == a.Name {
			continue
		}
		for _, c := range other.UDFClasses {
			if classIndex(a, c.ClassName) >= 0 {
				colliding = append(colliding, c)
			}
		}
	}
	return colliding
}

func classIndex(a flink.UDFArtifact, class string) int {
	return slices.IndexFunc(a.UDFClasses, func(c flink.UDFClass) bool { return c.ClassName == class })
}

// functionClasses returns the classes of a file that functions use.
func functionClasses(a flink.UDFArtifact) []flink.UDFClass {
	return selectFrom(a.UDFClasses, func(c flink.UDFClass) bool { return len(c.FunctionNames) > 0 })
}

// updateUDFArtifact replaces a file, unless a class is missing then that a function uses. A request that names no classes
// keeps them.
func (s *Service) updateUDFArtifact(_ *front.Received, in flink.UpdateUDFArtifactRequest) (any, error) {
	before, err := s.artifact(in.Workspace, in.Namespace, in.UDFArtifactName)
	if err != nil {
		return nil, err
	}
	after := in.UDFArtifact
	after.Name, after.Creator, after.CreatedAt = before.Name, before.Creator, before.CreatedAt
	after.JarURL = cmp.Or(after.JarURL, before.JarURL)
	if len(after.UDFClasses) == 0 {
		after.UDFClasses = before.UDFClasses
	}
	missing := selectFrom(functionClasses(before), func(c flink.UDFClass) bool { return classIndex(after, c.ClassName) < 0 })
	if len(missing) > 0 {
		return &flink.UpdateUDFArtifactResult{
			MissingClasses: missing, Message: "functions use classes that the new file does not have",
		}, nil
	}
	if colliding := s.collidingClasses(in.Workspace, in.Namespace, after); len(colliding) > 0 {
		return &flink.UpdateUDFArtifactResult{CollidingClasses: colliding, Message: "another file has classes of these names"}, nil
	}
	for i, c := range after.UDFClasses {
		if k := classIndex(before, c.ClassName); k >= 0 {
			after.UDFClasses[i].FunctionNames = before.UDFClasses[k].FunctionNames
		}
	}
	after.ModifiedAt = cloud.Seconds(s.world.Now())
	after = s.saveArtifact(in.Workspace, in.Namespace, after)
	return &flink.UpdateUDFArtifactResult{UpdateSuccess: true, UDFArtifact: &after}, nil
}

// artifact returns a copy of a file, whose classes may be changed.
func (s *Service) artifact(workspace, namespace, name string) (flink.UDFArtifact, error) {
	a, err := actual(s, s.udfs, world.KeyOf(workspace, namespace, name), "UDF artifact", name)
	if err != nil {
		return a, err
	}
	return world.DeepCopy(a), nil
}

// deleteUDFArtifact deletes a file without functions.
func (s *Service) deleteUDFArtifact(_ *front.Received, in flink.DeleteUDFArtifactRequest) (any, error) {
	a, err := s.artifact(in.Workspace, in.Namespace, in.UDFArtifactName)
	if err != nil {
		return nil, err
	}
	if used := functionClasses(a); len(used) > 0 {
		return &flink.DeleteUDFArtifactResult{ReferencedClasses: used, Message: "functions use classes of the file"}, nil
	}
	_, err = remove(s, s.udfs, world.KeyOf(in.Workspace, in.Namespace, a.Name), "UDF artifact", a.Name)
	return &flink.DeleteUDFArtifactResult{DeleteSuccess: true}, err
}

func (s *Service) registerFunction(_ *front.Received, in flink.RegisterUDFFunctionRequest) (any, error) {
	for _, other := range inNamespace(s, s.udfs, in.Workspace, in.Namespace) {
		for _, c := range other.UDFClasses {
			if slices.Contains(c.FunctionNames, in.FunctionName) {
				return nil, stateConflict("function", in.FunctionName, "already exists")
			}
		}
	}
	a, err := s.artifact(in.Workspace, in.Namespace, in.UDFArtifactName)
	if err != nil {
		return nil, err
	}
	i := classIndex(a, in.ClassName)
	if i < 0 {
		i = len(a.UDFClasses)
		a.UDFClasses = append(a.UDFClasses, flink.UDFClass{ClassName: in.ClassName})
	}
	a.UDFClasses[i].FunctionNames = append(a.UDFClasses[i].FunctionNames, in.FunctionName)
	s.saveArtifact(in.Workspace, in.Namespace, a)
	return &flink.UDFFunction{ClassName: in.ClassName, FunctionName: in.FunctionName, UDFArtifactName: a.Name}, nil
}

func (s *Service) deleteFunction(_ *front.Received, in flink.DeleteUDFFunctionRequest) (any, error) {
	a, err := s.artifact(in.Workspace, in.Namespace, in.UDFArtifactName)
	if err != nil {
		return nil, err
	}
	i := classIndex(a, in.ClassName)
	if i < 0 || !slices.Contains(a.UDFClasses[i].FunctionNames, in.FunctionName) {
		return nil, objectNotFound("function", in.FunctionName)
	}
	a.UDFClasses[i].FunctionNames = slices.DeleteFunc(a.UDFClasses[i].FunctionNames, func(f string) bool { return f == in.FunctionName })
	s.saveArtifact(in.Workspace, in.Namespace, a)
	return nil, nil
}

// presignUpload returns URLs of the form that the service has. Nothing accepts an upload there.
func (s *Service) presignUpload(_ *front.Received, in flink.GetPreSignedURLForPutObjectRequest) (any, error) {
	bucket, object := "flink-"+in.Workspace, "artifacts/namespaces/"+in.Namespace+"/"+strings.TrimPrefix(in.FileName, "/")
	return &flink.GetPreSignedURLForObjectResult{
		JarURL:       "oss://" + bucket + "/" + object,
		PreSignedURL: "https://" + bucket + ".oss-" + s.world.Region + ".aliyuncs.com/" + object + "?Signature=" + s.world.NewID(32),
	}, nil
}
