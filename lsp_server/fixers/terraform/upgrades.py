"""What newer major versions of providers call otherwise, as their upgrade guides tell: a table, and how to read it.

Sources: the guides of the AWS provider to versions 3 to 6, of azurerm to 4, of google to 6, of kubernetes to 2, and the
change logs that they refer to. Only what keeps its meaning is here; what has to be decided anew is left to a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True)
class Change:
    """What became of an argument.

    `name` is what it is called now, behind the blocks in it that it moved into (`cpu_options.core_count`). `words` says
    what each of its values became, as they are written; `each` how any value is written now, with `*` for it.
    `filter` is the filter of that name that took its place. `sure` is whether nothing else can have been meant: a
    database that says its `name` may mean its identifier.
    """

    name: str = ""
    words: dict[str, str] = field(default_factory=dict)
    each: str = ""
    filter: str = ""
    sure: bool = True


# type, argument with the blocks around it, what it is now, and how its value changed where it did; `?` is not sure
_ARGUMENTS = """
provider.aws s3_force_path_style s3_use_path_style
provider.aws shared_credentials_file shared_credentials_files [*]
provider.azurerm skip_provider_registration resource_provider_registrations true="none"
aws_autoscaling_attachment alb_target_group_arn lb_target_group_arn
aws_batch_compute_environment compute_environment_name name
aws_batch_compute_environment compute_environment_name_prefix name_prefix
aws_db_instance name db_name ?
aws_eip vpc domain true="vpc"
aws_elasticache_replication_group availability_zones preferred_cache_cluster_azs
aws_elasticache_replication_group number_cache_clusters num_cache_clusters
aws_elasticache_replication_group replication_group_description description
aws_instance cpu_core_count cpu_options.core_count
aws_instance cpu_threads_per_core cpu_options.threads_per_core
aws_msk_cluster broker_node_group_info.ebs_volume_size storage_info.ebs_storage_info.volume_size
aws_security_groups vpc_id filter:vpc-id
aws_subnets vpc_id filter:vpc-id
azurerm_analysis_services_server enable_power_bi_service power_bi_service_enabled
azurerm_cdn_frontdoor_origin health_probes_enabled enabled
azurerm_container_app_job registries registry
azurerm_container_app_job secrets secret
azurerm_cosmosdb_account enable_automatic_failover automatic_failover_enabled
azurerm_cosmosdb_account enable_free_tier free_tier_enabled
azurerm_cosmosdb_account enable_multiple_write_locations multiple_write_locations_enabled
azurerm_cosmosdb_sql_container partition_key_path partition_key_paths [*]
azurerm_data_protection_backup_policy_blob_storage retention_duration operational_default_retention_duration
azurerm_kubernetes_cluster api_server_authorized_ip_ranges api_server_access_profile.authorized_ip_ranges
azurerm_kubernetes_cluster automatic_channel_upgrade automatic_upgrade_channel
azurerm_kubernetes_cluster default_node_pool.enable_auto_scaling auto_scaling_enabled
azurerm_kubernetes_cluster default_node_pool.enable_host_encryption host_encryption_enabled
azurerm_kubernetes_cluster default_node_pool.enable_node_public_ip node_public_ip_enabled
azurerm_kubernetes_cluster network_profile.ebpf_data_plane network_data_plane
azurerm_kubernetes_cluster node_os_channel_upgrade node_os_upgrade_channel
azurerm_kubernetes_cluster web_app_routing.dns_zone_id dns_zone_ids [*]
azurerm_kubernetes_cluster_node_pool enable_auto_scaling auto_scaling_enabled
azurerm_kubernetes_cluster_node_pool enable_host_encryption host_encryption_enabled
azurerm_kubernetes_cluster_node_pool enable_node_public_ip node_public_ip_enabled
azurerm_linux_virtual_machine_scale_set gallery_applications gallery_application
azurerm_linux_virtual_machine_scale_set terminate_notification termination_notification
azurerm_machine_learning_workspace public_access_behind_virtual_network_enabled public_network_access_enabled
azurerm_monitor_aad_diagnostic_setting log enabled_log
azurerm_monitor_diagnostic_setting log enabled_log
azurerm_network_interface enable_accelerated_networking accelerated_networking_enabled
azurerm_network_interface enable_ip_forwarding ip_forwarding_enabled
azurerm_route_table disable_bgp_route_propagation bgp_route_propagation_enabled true=false,false=true
azurerm_sentinel_automation_rule condition condition_json
azurerm_servicebus_queue enable_batched_operations batched_operations_enabled
azurerm_servicebus_queue enable_express express_enabled
azurerm_servicebus_queue enable_partitioning partitioning_enabled
azurerm_servicebus_subscription enable_batched_operations batched_operations_enabled
azurerm_servicebus_topic enable_batched_operations batched_operations_enabled
azurerm_servicebus_topic enable_express express_enabled
azurerm_servicebus_topic enable_partitioning partitioning_enabled
azurerm_storage_account enable_https_traffic_only https_traffic_only_enabled
azurerm_subnet address_prefix address_prefixes [*]
azurerm_subnet enforce_private_link_endpoint_network_policies private_endpoint_network_policies \
true="Disabled",false="Enabled"
azurerm_subnet enforce_private_link_service_network_policies private_link_service_network_policies_enabled \
true=false,false=true
azurerm_subnet private_endpoint_network_policies_enabled private_endpoint_network_policies \
true="Enabled",false="Disabled"
azurerm_windows_virtual_machine_scale_set gallery_applications gallery_application
azurerm_windows_virtual_machine_scale_set terminate_notification termination_notification
google_alloydb_cluster network network_config.network
google_container_cluster monitoring_config.advanced_datapath_observability_config.relay_mode enable_relay \
"DISABLED"=false,"INTERNAL_VPC_LB"=true,"EXTERNAL_LB"=true
"""

# types that are no more, and what took their place; of a data source behind `data.`
_TYPES = """
aws_db_security_group aws_security_group
aws_elasticache_security_group aws_security_group
aws_macie_member_account_association aws_macie2_member
aws_redshift_security_group aws_security_group
data.aws_subnet_ids aws_subnets
azurerm_mariadb_configuration azurerm_mysql_flexible_server_configuration
azurerm_mariadb_database azurerm_mysql_flexible_database
azurerm_mariadb_firewall_rule azurerm_mysql_flexible_server_firewall_rule
azurerm_mariadb_server azurerm_mysql_flexible_server
azurerm_monitor_action_rule_action_group azurerm_monitor_alert_processing_rule_action_group
azurerm_monitor_action_rule_suppression azurerm_monitor_alert_processing_rule_suppression
azurerm_mysql_active_directory_administrator azurerm_mysql_flexible_server_active_directory_administrator
azurerm_mysql_configuration azurerm_mysql_flexible_server_configuration
azurerm_mysql_database azurerm_mysql_flexible_database
azurerm_mysql_firewall_rule azurerm_mysql_flexible_server_firewall_rule
azurerm_mysql_server azurerm_mysql_flexible_server
azurerm_security_center_server_vulnerability_assessment \
azurerm_security_center_server_vulnerability_assessment_virtual_machine
azurerm_sql_database azurerm_mssql_database
azurerm_sql_elasticpool azurerm_mssql_elasticpool
azurerm_sql_failover_group azurerm_mssql_failover_group
azurerm_sql_firewall_rule azurerm_mssql_firewall_rule
azurerm_sql_managed_database azurerm_mssql_managed_database
azurerm_sql_managed_instance azurerm_mssql_managed_instance
azurerm_sql_managed_instance_active_directory_administrator \
azurerm_mssql_managed_instance_active_directory_administrator
azurerm_sql_managed_instance_failover_group azurerm_mssql_managed_instance_failover_group
azurerm_sql_server azurerm_mssql_server
azurerm_sql_virtual_network_rule azurerm_mssql_virtual_network_rule
azurerm_template_deployment azurerm_resource_group_template_deployment
data.azurerm_hybrid_compute_machine azurerm_arc_machine
data.azurerm_mysql_server azurerm_mysql_flexible_server
data.azurerm_sql_database azurerm_mssql_database
data.azurerm_sql_managed_instance azurerm_mssql_managed_instance
data.azurerm_sql_server azurerm_mssql_server
"""


@cache
def changes() -> dict[tuple[str, str], Change]:
    """What became of arguments, by type (`provider.NAME` for a provider's own) and dotted path."""
    found: dict[tuple[str, str], Change] = {}
    for line in _ARGUMENTS.strip().splitlines():
        kind, path, new, *how = line.split()
        if new.startswith("filter:"):
            change = Change(filter=new.removeprefix("filter:"))
        elif how and "=" in how[0]:
            change = Change(new, dict(pair.split("=") for pair in how[0].split(",")))
        elif how == ["?"]:
            change = Change(new, sure=False)
        else:
            change = Change(new, each=how[0] if how else "")
        found[kind, path] = change
    return found


@cache
def successors() -> dict[tuple[str, str], str]:
    """By `resource` or `data` and a type that is no more, the one that took its place."""
    pairs = (line.split() for line in _TYPES.strip().splitlines())
    return {("data" if old.startswith("data.") else "resource", old.removeprefix("data.")): new for old, new in pairs}
