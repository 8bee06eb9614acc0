terraform {
  required_version = ">= 1.5"
}

locals {
  tags = {
    team        = var.team
    service     = var.name
    environment = var.environment
    cost-center = var.cost_center
    created-by  = "platform"
    managed-by  = "terraform"
  }
}

output "tags" {
  description = "The tags that every resource of this environment carries"
  value       = local.tags
}
