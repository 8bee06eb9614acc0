variable "name" {
  type    = string
  default = "${{ values.name }}"
}

variable "team" {
  type    = string
  default = "${{ values.team }}"
}

variable "environment" {
  type    = string
  default = "${{ values.stage }}"
}

variable "cost_center" {
  type    = string
  default = "${{ values.costCenter }}"
}
