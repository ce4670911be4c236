package dlc

import (
	"cmp"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) tablePartitionOperations() front.Handlers {
	return front.Handlers{
		"AddDMSPartitions":        front.Handle(s.addDMSPartitions),
		"DescribeDMSPartitions":   front.Handle(s.describeDMSPartitions),
		"AlterDMSPartition":       front.Handle(s.alterDMSPartition),
		"DropDMSPartitions":       front.Handle(s.dropDMSPartitions),
		"DescribeTablePartitions": front.Handle(s.describeTablePartitions),
	}
}

// partitionName returns the name of a partition: its own, or its values.
func partitionName(p dlc.DMSPartition) string {
	if p.Name != "" {
		return p.Name
	}
	return strings.Join(p.Values, "/")
}

// putPartition adds or replaces a partition of a table.
func (s *Service) putPartition(b dlc.TableBaseInfo, p dlc.DMSPartition) dlc.DMSPartition {
	p = world.DeepCopy(p)
	p.DatasourceConnectionName, p.DatabaseName, p.TableName = b.DatasourceConnectionName, b.DatabaseName, b.TableName
	p.CreateTime, p.ModifiedTime = s.timeOr(p.CreateTime), s.timeOr(p.ModifiedTime)
	p.Name = partitionName(p)
	p.DataVersion, p.RecordCount = cmp.Or(p.DataVersion, new(0)), cmp.Or(p.RecordCount, new(int64(0)))
	p.StorageSize = cmp.Or(p.StorageSize, new(int64(0)))
	s.catalog.partitions.Add(world.KeyOf(tableKey(b), p.Name), s.world.Now(), p)
	return p
}

// partitionsOf returns the partitions of a table.
func (s *Service) partitionsOf(table string) []*dlc.DMSPartition {
	return s.catalog.partitions.ListIn(s.world.Now(), table)
}

// addDMSPartitions adds partitions to tables, all or none.
func (s *Service) addDMSPartitions(r *front.Received, in dlc.AddDMSPartitionsRequest) (any, error) {
	for _, p := range in.Partitions {
		t, err := s.table(p.DatasourceConnectionName, p.DatabaseName, p.TableName)
		if err != nil {
			return nil, err
		}
		if _, ok := s.catalog.partitions.Row(world.KeyOf(tableKey(t.base()), partitionName(p))).Actual(s.world.Now()); ok {
			return nil, refuse("FailedOperation.MetastoreError", "The partition %q already exists.", partitionName(p))
		}
	}
	out := &dlc.AddDMSPartitionsResponse{RequestID: r.RequestID, Total: len(in.Partitions)}
	for _, p := range in.Partitions {
		out.Partitions = append(out.Partitions, s.putPartition(dlc.TableBaseInfo{
			DatasourceConnectionName: p.DatasourceConnectionName, DatabaseName: p.DatabaseName, TableName: p.TableName,
		}, p))
	}
	return out, nil
}

// describeDMSPartitions does not evaluate Filter and Expression, which are SQL.
func (s *Service) describeDMSPartitions(r *front.Received, in dlc.DescribeDMSPartitionsRequest) (any, error) {
	t, err := s.table(in.DatasourceConnectionName, in.DatabaseName, in.TableName)
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(s.partitionsOf(tableKey(t.base())), func(p *dlc.DMSPartition) bool {
		return !world.MatchesName(in.Name, p.Name) || len(in.Values) > 0 && !slices.Equal(in.Values, p.Values) ||
			len(in.PartitionNames) > 0 && !slices.Contains(in.PartitionNames, p.Name) ||
			slices.ContainsFunc(in.PartValues, func(value string) bool { return !strings.Contains(p.Name, value) })
	})
	if in.MaxParts != nil && *in.MaxParts >= 0 {
		list = list[:min(len(list), *in.MaxParts)]
	}
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeDMSPartitionsResponse{Partitions: world.Copies(page), Total: len(list), RequestID: r.RequestID}, nil
}

// partition returns a partition of a table, by its name or its values.
func (s *Service) partition(datasource, database, table, name string) (tableState, dlc.DMSPartition, error) {
	t, err := s.table(datasource, database, table)
	if err != nil {
		return t, dlc.DMSPartition{}, err
	}
	for _, p := range s.partitionsOf(tableKey(t.base())) {
		if p.Name == name || strings.Join(p.Values, "/") == name {
			return t, *p, nil
		}
	}
	return t, dlc.DMSPartition{}, refuse("ResourceNotFound", "The partition %q does not exist.", name)
}

func (s *Service) alterDMSPartition(r *front.Received, in dlc.AlterDMSPartitionRequest) (any, error) {
	t, p, err := s.partition(in.DatasourceConnectionName, in.CurrentDBName, in.CurrentTableName, in.CurrentValues)
	if err != nil {
		return nil, err
	}
	if in.Partition == nil {
		return nil, refuse("MissingParameter", "The parameter Partition is missing.")
	}
	remove(s, s.catalog.partitions, world.KeyOf(tableKey(t.base()), p.Name))
	world.CopyMembers(&p, *in.Partition)
	p.ModifiedTime = beijingTime(s.world.Now())
	s.putPartition(t.base(), p)
	return &dlc.AlterDMSPartitionResponse{RequestID: r.RequestID}, nil
}

func (s *Service) dropDMSPartitions(r *front.Received, in dlc.DropDMSPartitionsRequest) (any, error) {
	name := partitionName(dlc.DMSPartition{Name: in.Name, Values: in.Values})
	t, p, err := s.partition(in.DatasourceConnectionName, in.DatabaseName, in.TableName, name)
	if err != nil {
		return nil, err
	}
	remove(s, s.catalog.partitions, world.KeyOf(tableKey(t.base()), p.Name))
	return &dlc.DropDMSPartitionsResponse{Status: true, RequestID: r.RequestID}, nil
}

// describeTablePartitions pages with a cursor, or with an offset if the request has none.
func (s *Service) describeTablePartitions(r *front.Received, in dlc.DescribeTablePartitionsRequest) (any, error) {
	t, err := s.table(in.Catalog, in.Database, in.Table)
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(s.partitionsOf(tableKey(t.base())), func(p *dlc.DMSPartition) bool {
		return !strings.Contains(p.Name, in.FuzzyPartition)
	})
	skip := min(max(in.Offset, 0), len(list))
	if in.Cursor != "" {
		skip = 0
	}
	page, next, err := world.NextPage(list, "partitions of "+in.Database+"."+in.Table, in.Cursor, skip+min(max(in.Limit, 1), 100))
	if err != nil {
		return nil, refuse("InvalidParameter", "The Cursor is not one of these partitions.")
	}
	page = page[skip:]
	mixed := &dlc.MixedTablePartitions{TableFormat: "hive", TotalSize: len(list), NextCursor: next}
	if strings.Contains(strings.ToLower(t.base().TableFormat), "iceberg") {
		mixed.TableFormat = "iceberg"
	}
	for _, p := range page {
		fillPartition(mixed, *p)
	}
	return &dlc.DescribeTablePartitionsResponse{MixedPartitions: mixed, RequestID: r.RequestID}, nil
}

// fillPartition adds a partition to those of the format of its table.
func fillPartition(mixed *dlc.MixedTablePartitions, p dlc.DMSPartition) {
	var records, size int64
	if p.RecordCount != nil {
		records = *p.RecordCount
	}
	if p.StorageSize != nil {
		size = *p.StorageSize
	}
	if mixed.TableFormat == "iceberg" {
		mixed.IcebergPartitions = append(mixed.IcebergPartitions, dlc.IcebergTablePartition{
			Partition: p.Name, Records: int(records), DataFileStorage: size, CreateTime: p.CreateTime, UpdateTime: p.ModifiedTime,
		})
		return
	}
	mixed.HivePartitions = append(mixed.HivePartitions, dlc.HiveTablePartition{
		Partition: p.Name, Records: int(records), DataFileStorage: size, CreateTime: p.CreateTime, ModifiedTime: p.ModifiedTime,
		LastAccessTime: p.LastAccessTime,
	})
}
