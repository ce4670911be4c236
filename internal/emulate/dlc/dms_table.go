package dlc

import (
	"cmp"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) metadataTableOperations() front.Handlers {
	return front.Handlers{
		"CreateDMSTable":       front.Handle(s.createDMSTable),
		"DescribeDMSTable":     front.Handle(s.describeDMSTable),
		"DescribeDMSTables":    front.Handle(s.describeDMSTables),
		"AlterDMSTable":        front.Handle(s.alterDMSTable),
		"DropDMSTable":         front.Handle(s.dropDMSTable),
		"CreateDLCTable":       front.Handle(s.createDLCTable),
		"DescribeDLCTable":     front.Handle(s.describeDLCTable),
		"DescribeDLCTableList": front.Handle(s.describeDLCTables),
		"DropDLCTable":         front.Handle(s.dropDLCTable),
	}
}

// A metadataTable is what the requests that create and alter a table in the metadata say of it.
type metadataTable struct {
	dlc.DMSTable
	asset *dlc.Asset
}

// applyMetadata returns a table with what a request says of it. What it leaves out stays the same.
func applyMetadata(t tableState, m metadataTable) tableState {
	b := t.base()
	b.Type = cmp.Or(m.Type, b.Type)
	b.TableName, b.DatabaseName = cmp.Or(m.Name, b.TableName), cmp.Or(m.DBName, b.DatabaseName)
	t.TableBaseInfo = &b
	if m.Columns != nil {
		t.Columns = nil
		for i, c := range m.Columns {
			t.Columns = append(t.Columns, dlc.Column{
				Name: c.Name, Type: c.Type, Comment: c.Description, Position: cmp.Or(c.Position, new(i)), IsPartition: c.IsPartition,
			})
		}
	}
	if m.PartitionKeys != nil {
		t.Partitions = nil
		for _, c := range m.PartitionKeys {
			t.Partitions = append(t.Partitions, dlc.Partition{Name: c.Name, Type: c.Type, Comment: c.Description})
		}
	}
	if m.SDS != nil {
		t.Meta.SDS, t.Location, t.InputFormat = m.SDS, cmp.Or(m.SDS.Location, t.Location), cmp.Or(m.SDS.InputFormat, t.InputFormat)
	}
	t.StorageSize, t.RecordCount = cmp.Or(m.StorageSize, t.StorageSize), cmp.Or(m.RecordCount, t.RecordCount)
	t.Meta.LifeTime = cmp.Or(m.LifeTime, t.Meta.LifeTime)
	t.Meta.ViewOriginalText = cmp.Or(m.ViewOriginalText, t.Meta.ViewOriginalText)
	t.Meta.ViewExpandedText = cmp.Or(m.ViewExpandedText, t.Meta.ViewExpandedText)
	return applyAsset(t, m.asset)
}

// applyAsset sets what an asset says of a table. Its parameters are the properties of the table.
func applyAsset(t tableState, asset *dlc.Asset) tableState {
	if asset == nil {
		return t
	}
	t.Asset, t.Properties = world.DeepCopy(*asset), nil
	for _, p := range asset.Params {
		t.Properties = append(t.Properties, world.CommonTo[dlc.Property](p))
	}
	if asset.Description != nil {
		b := t.base()
		b.TableComment, t.TableBaseInfo = asset.Description, &b
	}
	return t
}

// dms returns a table as the metadata shows it.
func (s *Service) dms(t tableState) (dlc.DMSTable, dlc.Asset) {
	b, m, asset := t.base(), t.Meta, t.Asset
	m.Name, m.DBName, m.Type, m.StorageSize, m.RecordCount = b.TableName, b.DatabaseName, b.Type, t.StorageSize, t.RecordCount
	m.StructUpdateTime, m.DataUpdateTime = beijingTime(t.ModifiedTime.Time()), beijingTime(t.ModifiedTime.Time())
	m.Columns, m.PartitionKeys = nil, nil
	for _, c := range t.Columns {
		m.Columns = append(m.Columns, dlc.DMSColumn{
			Name: c.Name, Type: c.Type, Description: c.Comment, Position: c.Position, IsPartition: c.IsPartition,
		})
	}
	for _, p := range t.Partitions {
		m.PartitionKeys = append(m.PartitionKeys, dlc.DMSColumn{Name: p.Name, Type: p.Type, Description: p.Comment, IsPartition: new(true)})
	}
	m.Partitions = world.Copies(s.partitionsOf(tableKey(b)))
	if m.SDS == nil {
		m.SDS = &dlc.DMSSDS{Location: t.Location, InputFormat: t.InputFormat}
	}
	asset.Name, asset.Catalog, asset.Owner = cmp.Or(asset.Name, b.TableName), b.DatasourceConnectionName, cmp.Or(asset.Owner, b.UserSubUIN)
	asset.Description = b.TableComment
	asset.CreateTime, asset.ModifiedTime = beijingTime(t.CreateTime.Time()), m.StructUpdateTime
	asset.Params = nil
	for _, p := range t.Properties {
		asset.Params = append(asset.Params, world.CommonTo[dlc.KVPair](p))
	}
	return m, asset
}

func (s *Service) createDMSTable(r *front.Received, in dlc.CreateDMSTableRequest) (any, error) {
	b := dlc.TableBaseInfo{DatasourceConnectionName: in.DatasourceConnectionName, DatabaseName: in.DBName, TableName: in.Name}
	if in.Name == "" {
		return nil, refuse("MissingParameter", "The name of the table is missing.")
	}
	if err := s.newTableName(b); err != nil {
		return nil, err
	}
	t := tableState{}
	t.TableBaseInfo = &b
	s.putTable(applyMetadata(t, metadataTable{world.CommonTo[dlc.DMSTable](in), in.Asset}))
	for _, p := range in.Partitions {
		s.putPartition(b, p)
	}
	return &dlc.CreateDMSTableResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeDMSTable(r *front.Received, in dlc.DescribeDMSTableRequest) (any, error) {
	t, err := s.table(in.DatasourceConnectionName, in.DBName, in.Name)
	if err != nil {
		return nil, err
	}
	m, asset := s.dms(t)
	out := world.CommonTo[dlc.DescribeDMSTableResponse](m)
	out.Asset, out.RequestID = &asset, r.RequestID
	return &out, nil
}

func (s *Service) describeDMSTables(r *front.Received, in dlc.DescribeDMSTablesRequest) (any, error) {
	list, _, err := s.queryTables(tableQuery{
		datasource: in.DatasourceConnectionName, database: in.DBName, from: in.StartTime, to: in.EndTime, kind: in.Type,
	})
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(t *tableState) bool {
		name := t.base().TableName
		return !world.MatchesName(in.Name, name) || !strings.Contains(name, in.Keyword)
	})
	order, err := orderTables(in.Sort, in.Asc == nil || *in.Asc, orders[*tableState]{"create_time": tableOrders["CreateTime"]})
	if err != nil {
		return nil, err
	}
	page, err := sortedPage(world.Sort(list, order), in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &dlc.DescribeDMSTablesResponse{TotalCount: len(list), RequestID: r.RequestID}
	for _, t := range page {
		m, asset := s.dms(*t)
		out.TableList = append(out.TableList, dlc.DMSTableInfo{Table: m, Asset: asset})
	}
	return out, nil
}

// alterDMSTable changes a table, and moves it if the request has another name.
func (s *Service) alterDMSTable(r *front.Received, in dlc.AlterDMSTableRequest) (any, error) {
	t, err := s.table(in.DatasourceConnectionName, in.CurrentDBName, in.CurrentName)
	if err != nil {
		return nil, err
	}
	changed := applyMetadata(t, metadataTable{world.CommonTo[dlc.DMSTable](in), in.Asset})
	changed.ModifiedTime = world.Digits(s.world.Now().UnixMilli())
	if tableKey(changed.base()) != tableKey(t.base()) {
		if err := s.newTableName(changed.base()); err != nil {
			return nil, err
		}
		partitions := world.Copies(s.partitionsOf(tableKey(t.base())))
		s.dropTable(t)
		for _, p := range partitions {
			s.putPartition(changed.base(), p)
		}
	}
	s.putTable(changed)
	return &dlc.AlterDMSTableResponse{RequestID: r.RequestID}, nil
}

func (s *Service) dropDMSTable(r *front.Received, in dlc.DropDMSTableRequest) (any, error) {
	t, err := s.table(in.DatasourceConnectionName, in.DBName, in.Name)
	if err != nil {
		return nil, err
	}
	s.dropTable(t)
	return &dlc.DropDMSTableResponse{RequestID: r.RequestID}, nil
}

func (s *Service) createDLCTable(r *front.Received, in dlc.CreateDLCTableRequest) (any, error) {
	d := tableDefinition{base: in.TableBaseInfo, columns: in.Columns, partitions: in.Partitions, properties: in.Properties}
	d.base.DatasourceConnectionName = cmp.Or(in.Catalog, d.base.DatasourceConnectionName)
	d.base.Type = cmp.Or(in.TableType, d.base.Type)
	d.external = strings.EqualFold(d.base.Type, "EXTERNAL_TABLE")
	if err := s.newTableName(d.base); err != nil {
		return nil, err
	}
	t := s.newTable(d)
	t.External = in.ExternalDataConfiguration
	s.putTable(t)
	created, err := s.table(d.base.DatasourceConnectionName, d.base.DatabaseName, d.base.TableName)
	if err != nil {
		return nil, err
	}
	return &dlc.CreateDLCTableResponse{DLCTable: new(created.dlc()), Execution: tableSQL(d), RequestID: r.RequestID}, nil
}

// dlc returns a table as the API of tables of the lake shows it.
func (t tableState) dlc() dlc.DLCTable {
	v := world.CommonTo[dlc.DLCTable](t.TableResponseInfo)
	v.ExternalDataConfiguration = t.External
	return v
}

func (s *Service) describeDLCTable(r *front.Received, in dlc.DescribeDLCTableRequest) (any, error) {
	t, err := s.table(in.Catalog, in.DBName, in.Name)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeDLCTableResponse{DLCTable: new(t.dlc()), RequestID: r.RequestID}, nil
}

func (s *Service) describeDLCTables(r *front.Received, in dlc.DescribeDLCTableListRequest) (any, error) {
	q := tableQuery{
		datasource: cmp.Or(in.Catalog, in.DatasourceConnectionName), database: in.DBName, from: in.StartTime, to: in.EndTime, sort: in.Sort,
		ascending: in.Asc, kind: in.Type, format: in.TableFormat,
	}
	if in.Filters != nil {
		q.filters = []dlc.Filter{*in.Filters}
	}
	list, order, err := s.queryTables(q)
	if err != nil {
		return nil, err
	}
	page, err := sortedPage(world.Sort(list, order), in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &dlc.DescribeDLCTableListResponse{TotalCount: len(list), RequestID: r.RequestID}
	for _, t := range page {
		out.TableList = append(out.TableList, t.dlc())
	}
	return out, nil
}

func (s *Service) dropDLCTable(r *front.Received, in dlc.DropDLCTableRequest) (any, error) {
	t, err := s.table("", in.DBName, in.Name)
	if err != nil {
		return nil, err
	}
	s.dropTable(t)
	return &dlc.DropDLCTableResponse{RequestID: r.RequestID}, nil
}

// timeOr returns a time, or now as the service shows it.
func (s *Service) timeOr(v cloud.TimeString) cloud.TimeString {
	return cmp.Or(v, beijingTime(s.world.Now()))
}
