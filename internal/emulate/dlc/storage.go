package dlc

import (
	"slices"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// storage is where results go, and what is bound to the buckets of the account.
type storage struct {
	location dlc.CreateStoreLocationRequest
	advanced dlc.ModifyAdvancedStoreLocationRequest
	bindings *world.Table[dlc.CreateCHDFSBindingProductRequest] // by mount point and product
	catalog  *world.Table[dlc.DLCCatalogAccess]                 // by ID of the VPC
	endpoint *world.Table[dlc.UserVPCConnectionInfo]            // by network and ID
}

func newStorage() storage {
	return storage{
		bindings: world.NewTable[dlc.CreateCHDFSBindingProductRequest](), catalog: world.NewTable[dlc.DLCCatalogAccess](),
		endpoint: world.NewTableBy(func(v *dlc.UserVPCConnectionInfo) string {
			return world.KeyOf(v.EngineNetworkID, v.UserVPCEndpointName)
		}),
	}
}

func (s *Service) storageOperations() front.Handlers {
	return front.Handlers{
		"CreateStoreLocation":           front.Handle(s.createStoreLocation),
		"DescribeStoreLocation":         front.Handle(s.describeStoreLocation),
		"DescribeAdvancedStoreLocation": front.Handle(s.describeAdvancedStoreLocation),
		"ModifyAdvancedStoreLocation":   front.Handle(s.modifyAdvancedStoreLocation),
		"CreateCHDFSBindingProduct":     front.Handle(s.createBinding),
		"DeleteCHDFSBindingProduct":     front.Handle(s.deleteBinding),
		"DescribeOtherCHDFSBindingList": front.Handle(s.describeBindings),
		"GrantDLCCatalogAccess":         front.Handle(s.grantCatalogAccess),
		"RevokeDLCCatalogAccess":        front.Handle(s.revokeCatalogAccess),
		"DescribeDLCCatalogAccess":      front.Handle(s.describeCatalogAccess),
		"CreateUserVpcConnection":       front.Handle(s.createVPCConnection),
		"DescribeUserVpcConnection":     front.Handle(s.describeVPCConnections),
		"DeleteUserVpcConnection":       front.Handle(s.deleteVPCConnection),
	}
}

func (s *Service) createStoreLocation(r *front.Received, in dlc.CreateStoreLocationRequest) (any, error) {
	s.storage.location = in
	return &dlc.CreateStoreLocationResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeStoreLocation(r *front.Received, _ dlc.DescribeStoreLocationRequest) (any, error) {
	return &dlc.DescribeStoreLocationResponse{StoreLocation: s.storage.location.StoreLocation, RequestID: r.RequestID}, nil
}

func (s *Service) describeAdvancedStoreLocation(r *front.Received, _ dlc.DescribeAdvancedStoreLocationRequest) (any, error) {
	return &dlc.DescribeAdvancedStoreLocationResponse{
		Enable: s.storage.advanced.Enable, StoreLocation: s.storage.advanced.StoreLocation, BucketType: "cos", RequestID: r.RequestID,
	}, nil
}

func (s *Service) modifyAdvancedStoreLocation(r *front.Received, in dlc.ModifyAdvancedStoreLocationRequest) (any, error) {
	s.storage.advanced = in
	return &dlc.ModifyAdvancedStoreLocationResponse{RequestID: r.RequestID}, nil
}

func (s *Service) createBinding(r *front.Received, in dlc.CreateCHDFSBindingProductRequest) (any, error) {
	key := world.KeyOf(in.MountPoint, in.ProductName)
	if _, ok := s.storage.bindings.Row(key).Actual(s.world.Now()); ok {
		return nil, refuse("OperationDenied", "%q is already bound to %q.", in.MountPoint, in.ProductName)
	}
	s.storage.bindings.Add(key, s.world.Now(), in)
	out := &dlc.CreateCHDFSBindingProductResponse{RequestID: r.RequestID}
	for i, v := range in.VPCInfo {
		out.MountPointAssociates = append(out.MountPointAssociates, dlc.MountPointAssociates{
			BucketID: in.MountPoint, VPCID: v.VPCID, VPCCIDRBlock: v.VPCCIDRBlock, AccessGroupID: v.AccessGroupID, AccessRuleID: i + 1,
		})
	}
	return out, nil
}

func (s *Service) deleteBinding(r *front.Received, in dlc.DeleteCHDFSBindingProductRequest) (any, error) {
	key := world.KeyOf(in.MountPoint, in.ProductName)
	if _, ok := s.storage.bindings.Row(key).Actual(s.world.Now()); !ok {
		return nil, refuse("ResourceNotFound", "%q is not bound to %q.", in.MountPoint, in.ProductName)
	}
	remove(s, s.storage.bindings, key)
	return &dlc.DeleteCHDFSBindingProductResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeBindings(r *front.Received, in dlc.DescribeOtherCHDFSBindingListRequest) (any, error) {
	out := &dlc.DescribeOtherCHDFSBindingListResponse{RequestID: r.RequestID}
	for _, v := range s.storage.bindings.List(s.world.Now()) {
		if v.MountPoint != in.BucketID {
			continue
		}
		b := dlc.OtherCHDFSBinding{ProductName: v.ProductName}
		for _, vpc := range v.VPCInfo {
			b.VPCInfo = append(b.VPCInfo, dlc.CHDFSProductVPCInfo{VPCID: vpc.VPCID, AccessGroupID: vpc.AccessGroupID})
		}
		out.OtherCHDFSBindingList = append(out.OtherCHDFSBindingList, b)
	}
	out.Total = len(out.OtherCHDFSBindingList)
	return out, nil
}

func (s *Service) grantCatalogAccess(r *front.Received, in dlc.GrantDLCCatalogAccessRequest) (any, error) {
	if _, ok := s.storage.catalog.Row(in.VPCID).Actual(s.world.Now()); ok {
		return nil, refuse("OperationDenied", "The VPC %q already has access.", in.VPCID)
	}
	s.storage.catalog.Add(in.VPCID, s.world.Now(), dlc.DLCCatalogAccess{
		VPCID: in.VPCID, Product: in.Product, Description: in.Description, CreateTime: beijingTime(s.world.Now()),
	})
	return &dlc.GrantDLCCatalogAccessResponse{RequestID: r.RequestID}, nil
}

func (s *Service) revokeCatalogAccess(r *front.Received, in dlc.RevokeDLCCatalogAccessRequest) (any, error) {
	if _, ok := s.storage.catalog.Row(in.VPCID).Actual(s.world.Now()); !ok {
		return nil, refuse("ResourceNotFound", "The VPC %q has no access.", in.VPCID)
	}
	remove(s, s.storage.catalog, in.VPCID)
	return &dlc.RevokeDLCCatalogAccessResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeCatalogAccess(r *front.Received, in dlc.DescribeDLCCatalogAccessRequest) (any, error) {
	list := s.storage.catalog.List(s.world.Now())
	if in.Filter != nil {
		var err error
		list, err = filtered(list, []dlc.Filter{*in.Filter}, filterFields[*dlc.DLCCatalogAccess]{
			"vpcid":   func(v *dlc.DLCCatalogAccess, value string) bool { return v.VPCID == value },
			"product": func(v *dlc.DLCCatalogAccess, value string) bool { return v.Product == value },
		})
		if err != nil {
			return nil, err
		}
	}
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeDLCCatalogAccessResponse{Rows: world.Copies(page), TotalCount: len(list), RequestID: r.RequestID}, nil
}

func (s *Service) createVPCConnection(r *front.Received, in dlc.CreateUserVPCConnectionRequest) (any, error) {
	if _, _, ok := s.storage.endpoint.By(s.world.Now(), world.KeyOf(in.EngineNetworkID, in.UserVPCEndpointName)); ok {
		return nil, refuse("InvalidParameter.DuplicateUserVpcConnectionName", "The connection %q already exists.", in.UserVPCEndpointName)
	}
	v := dlc.UserVPCConnectionInfo{
		EngineNetworkID: in.EngineNetworkID, UserVPCID: in.UserVPCID, UserVPCEndpointID: "vpce-" + s.world.NewID(8),
		UserVPCEndpointName: in.UserVPCEndpointName, AccessConnectionInfos: []string{"jdbc:hive2://" + in.UserVPCEndpointName + ":10009/"},
	}
	s.storage.endpoint.Add(world.KeyOf(v.EngineNetworkID, v.UserVPCEndpointID), s.world.Now(), v)
	return &dlc.CreateUserVPCConnectionResponse{UserVPCEndpointID: v.UserVPCEndpointID, RequestID: r.RequestID}, nil
}

func (s *Service) describeVPCConnections(r *front.Received, in dlc.DescribeUserVPCConnectionRequest) (any, error) {
	list := slices.DeleteFunc(s.storage.endpoint.ListIn(s.world.Now(), in.EngineNetworkID), func(v *dlc.UserVPCConnectionInfo) bool {
		return len(in.UserVPCEndpointIDs) > 0 && !slices.Contains(in.UserVPCEndpointIDs, v.UserVPCEndpointID)
	})
	return &dlc.DescribeUserVPCConnectionResponse{UserVPCConnectionInfos: world.Copies(list), RequestID: r.RequestID}, nil
}

func (s *Service) deleteVPCConnection(r *front.Received, in dlc.DeleteUserVPCConnectionRequest) (any, error) {
	key := world.KeyOf(in.EngineNetworkID, in.UserVPCEndpointID)
	if _, ok := s.storage.endpoint.Row(key).Actual(s.world.Now()); !ok {
		return nil, refuse("ResourceNotFound", "The connection %q does not exist.", in.UserVPCEndpointID)
	}
	remove(s, s.storage.endpoint, key)
	return &dlc.DeleteUserVPCConnectionResponse{RequestID: r.RequestID}, nil
}
