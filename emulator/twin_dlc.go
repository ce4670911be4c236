package emulator

import (
	"slices"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

func (t *twin) readDLC() {
	if t.live.DLC == nil {
		return
	}
	t.readEngines()
	t.readNetworks()
	t.readWork()
	t.readRay()
	t.readAccess()
}

func ofDLC(name string) kind { return kind{service: "dlc", name: name} }

// readEngines reads engines, their images, resource groups and sessions.
func (t *twin) readEngines() {
	c := t.live.DLC
	engines := addAll(t, ofDLC("DataEngine"), c.AllDataEngines(t.ctx, dlc.DescribeDataEnginesRequest{}))
	var types []string
	children := map[string][]string{} // the minor versions in use, by image version
	for _, e := range engines {
		if e.EngineTypeDetail != "" && !slices.Contains(types, e.EngineTypeDetail) {
			types = append(types, e.EngineTypeDetail)
		}
		if id := e.ImageVersionID; e.ChildImageVersionID != "" && !slices.Contains(children[id], e.ChildImageVersionID) {
			children[id] = append(children[id], e.ChildImageVersionID)
		}
		addEach(t, ofDLC("NotebookSession").inside(e.DataEngineName, nil),
			c.AllNotebookSessions(t.ctx, dlc.DescribeNotebookSessionsRequest{DataEngineName: e.DataEngineName}),
			func(v dlc.NotebookSessions) (*dlc.NotebookSessionInfo, error) {
				resp, err := c.DescribeNotebookSession(t.ctx, dlc.DescribeNotebookSessionRequest{SessionID: v.SessionID})
				return part(resp, err, func(r *dlc.DescribeNotebookSessionResponse) *dlc.NotebookSessionInfo { return r.Session })
			})
	}
	for _, name := range types {
		k := ofDLC("DataEngineImage").inside(name, nil)
		images := listAll(t, k, c.AllDataEngineImageVersions(t.ctx, dlc.DescribeDataEngineImageVersionsRequest{EngineType: name}))
		slices.Reverse(images) // the list begins with the newest
		for _, image := range images {
			k.place = nil
			if ids := children[image.ImageVersionID]; ids != nil {
				k.place = map[string]any{"ChildImageVersionIds": ids}
			}
			add(t, k, &image)
		}
	}
	addAll(t, ofDLC("StandardEngineResourceGroup"),
		c.AllStandardEngineResourceGroups(t.ctx, dlc.DescribeStandardEngineResourceGroupsRequest{}))
	addAll(t, ofDLC("NativeSparkSession"), c.AllNativeSparkSessions(t.ctx, dlc.DescribeNativeSparkSessionsRequest{}))
}

func (t *twin) readNetworks() {
	c := t.live.DLC
	addAll(t, ofDLC("EngineNetwork"), c.AllEngineNetworks(t.ctx, dlc.DescribeEngineNetworksRequest{}))
	addAll(t, ofDLC("DatasourceConnection"), c.AllDatasourceConnections(t.ctx, dlc.DescribeDatasourceConnectionRequest{}))
	addAll(t, ofDLC("NetworkConnection"), c.AllNetworkConnections(t.ctx, dlc.DescribeNetworkConnectionsRequest{}))
	for _, database := range addAll(t, ofDLC("Database"), c.AllDatabases(t.ctx, dlc.DescribeDatabasesRequest{})) {
		addAll(t, ofDLC("Table").inside(database.DatabaseName, nil),
			c.AllTables(t.ctx, dlc.DescribeTablesRequest{DatabaseName: database.DatabaseName}))
	}
}

func (t *twin) readWork() {
	c := t.live.DLC
	addAll(t, ofDLC("Task"), c.AllTasks(t.ctx, dlc.DescribeTasksRequest{}))
	addAll(t, ofDLC("SparkApp"), c.AllSparkAppJobs(t.ctx, dlc.DescribeSparkAppJobsRequest{}))
	addEach(t, ofDLC("InferenceService"), c.AllInferenceServices(t.ctx, dlc.ListInferenceServicesRequest{}),
		func(v dlc.InferenceServiceInfo) (*dlc.GetInferenceServiceResponse, error) {
			return c.GetInferenceService(t.ctx, dlc.GetInferenceServiceRequest{ServiceID: v.ServiceID})
		})
}

func (t *twin) readRay() {
	c := t.live.DLC
	addEach(t, ofDLC("RayCluster"), c.AllRayClusters(t.ctx, dlc.ListRayClustersRequest{}),
		func(v dlc.RayClusterEntity) (*dlc.GetRayClusterResponse, error) {
			return c.GetRayCluster(t.ctx, dlc.GetRayClusterRequest{ID: v.ID})
		})
	k := ofDLC("Lab")
	for _, v := range listAll(t, k, c.AllLabs(t.ctx, dlc.ListLabsRequest{})) {
		lab, err := c.GetLabDetail(t.ctx, dlc.GetLabDetailRequest{ID: v.ID})
		if err != nil {
			t.skip(k.inside(v.ID, nil), err)
			continue
		}
		add(t, k.inside("", map[string]any{"CreateTime": v.CreateTime}), lab) // which the details do not have
	}
	addEach(t, ofDLC("JobSpec"), c.AllJobSpecs(t.ctx, dlc.ListJobSpecsRequest{}),
		func(v dlc.JobSpec) (*dlc.GetJobSpecResponse, error) {
			return c.GetJobSpec(t.ctx, dlc.GetJobSpecRequest{SpecID: v.ID})
		})
	addEach(t, ofDLC("RayJob"), c.AllRayJobs(t.ctx, dlc.ListRayJobsRequest{}),
		func(v dlc.RayJobSubmitEntity) (*dlc.GetRayJobResponse, error) {
			return c.GetRayJob(t.ctx, dlc.GetRayJobRequest{ID: v.ID})
		})
}

// readAccess reads users, their groups and roles, and what is shared by an account.
func (t *twin) readAccess() {
	c := t.live.DLC
	addAll(t, ofDLC("User"), c.AllUsers(t.ctx, dlc.DescribeUsersRequest{}))
	addAll(t, ofDLC("WorkGroup"), c.AllWorkGroups(t.ctx, dlc.DescribeWorkGroupsRequest{}))
	addAll(t, ofDLC("UserRole"), c.AllUserRoles(t.ctx, dlc.DescribeUserRolesRequest{}))
	addAll(t, ofDLC("Script"), c.AllScripts(t.ctx, dlc.DescribeScriptsRequest{}))
	addAll(t, ofDLC("DataMaskStrategy"), c.AllDataMaskStrategies(t.ctx, dlc.DescribeDataMaskStrategiesRequest{}))
	addAll(t, ofDLC("DLCCatalogAccess"), c.AllDLCCatalogAccesses(t.ctx, dlc.DescribeDLCCatalogAccessRequest{}))
	addAll(t, ofDLC("ResourceConfig"), c.AllResourceConfigs(t.ctx, dlc.ListResourceConfigsRequest{}))
	addAll(t, ofDLC("ClusterGroup"), c.AllClusterGroups(t.ctx, dlc.ListClusterGroupsRequest{}))
	addAll(t, ofDLC("InferenceModel"), c.AllInferenceModels(t.ctx, dlc.ListInferenceModelsRequest{}))
	addAll(t, ofDLC("UserDataEngineConfig"), c.AllUserDataEngineConfigs(t.ctx, dlc.DescribeUserDataEngineConfigRequest{}))
}
